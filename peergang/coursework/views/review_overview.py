"""The whole queue on a page of its own: filters, whose turn it is, who has what, and what is still with the peer groups."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.clock import local_date
from peergang.core.i18n import gettext as _
from peergang.core.permissions import Actor, require
from peergang.coursework.actions.claiming import claim_next
from peergang.coursework.policy import can_list_reviews
from peergang.coursework.queries.review_overview import (
    PAGE,
    Place,
    list_absences,
    list_load,
    list_notes,
    list_places,
    list_queue_page,
)
from peergang.coursework.queries.working_days import list_free_days
from peergang.coursework.views import bp
from peergang.coursework.views.gaps import gap_parts
from peergang.coursework.views.overview_lines import line_parts
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor

LONG_AGO = timedelta(weeks=26)
"""What is late for longer is late enough to be counted roughly."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the page was asked to show."""

    cohort_id: UUID | None
    module_code: str
    only_mine: bool
    skipped: int

    @classmethod
    def read(cls) -> "Wishes":
        """From the address; what cannot be read is not asked."""
        return cls(
            request.args.get("cohort", type=UUID),
            request.args.get("module", ""),
            request.args.get("van") == "mij",
            max(0, min(request.args.get("na", 0, type=int), 100_000)),
        )

    def url(self, skipped: int) -> str:
        """The same page, further on or back."""
        return url_for(
            "coursework.review_overview",
            cohort=self.cohort_id,
            module=self.module_code or None,
            van="mij" if self.only_mine else None,
            na=max(0, skipped) or None,
        )


@bp.get("/beoordelen/rij")
def review_overview() -> ResponseReturnValue:
    """Everything that waits in the cohorts somebody trains."""
    actor, now, wishes = current_actor(), clock.now(), Wishes.read()
    require(can_list_reviews(actor))
    session = reading()
    today = local_date(now)
    queue = list_queue_page(
        session,
        actor,
        cohort_id=wishes.cohort_id,
        module_code=wishes.module_code,
        only_mine=wishes.only_mine,
        skipped=wishes.skipped,
        now=now,
    )
    free = list_free_days(session, today - LONG_AGO, today)
    places = list_places(session, actor)
    return render_template(
        "coursework/review_overview.html",
        parts=line_parts(queue, actor, today, free, list_notes(session, actor)),
        page=_pages(wishes, len(queue), queue[0].total if queue else 0),
        wishes=wishes,
        cohorts={one.cohort_id: one.cohort_name for one in places},
        modules=sorted({one.module_code for one in places}),
        waiting=sum(one.waiting for one in places),
        with_peers=_with_peers(places),
        load=list_load(session, actor, now),
        absences=list_absences(session, actor, now),
        today=today,
        **gap_parts(session, actor, now),
    )


def _pages(wishes: Wishes, shown: int, total: int) -> dict[str, object]:
    after, before = wishes.skipped + shown, wishes.skipped - PAGE
    return {
        "first": wishes.skipped + 1,
        "last": after,
        "total": total,
        "previous_url": wishes.url(before) if wishes.skipped else "",
        "next_url": wishes.url(after) if shown and after < total else "",
    }


def _with_peers(places: Sequence[Place]) -> dict[str, list[Place]]:
    """What is still with the peer groups, by cohort."""
    found: dict[str, list[Place]] = defaultdict(list)
    for one in places:
        if one.with_peers:
            found[one.cohort_name].append(one)
    return found


@bp.post("/beoordelen/volgende")
def review_next() -> ResponseReturnValue:
    """Pick up what waits longest, and open it."""
    actor: Actor = current_actor()
    with transaction() as session:
        found = claim_next(session, actor, besides=request.form.get("besides", type=UUID), now=clock.now())
    if found is None:
        flash(_("De rij is leeg: niemand wacht op je."), "ok")
        return redirect(url_for("coursework.review_overview"), code=303)
    return redirect(url_for("coursework.review", reflection_id=found), code=303)

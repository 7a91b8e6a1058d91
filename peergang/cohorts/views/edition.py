"""Comparing the edition of a cohort with a newer one, and going over to it."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.actions.editions import upgrade_edition
from peergang.cohorts.labels import ASPECTS, CHANGES, PART_KINDS
from peergang.cohorts.policy import can_manage_cohort
from peergang.cohorts.queries.cohorts import get_cohort
from peergang.cohorts.queries.editions import count_effects, find_newer_edition, list_upgrades, read_parts
from peergang.cohorts.rules import CHANGEABLE
from peergang.cohorts.rules.editions import Aspect, Change, PartChange, PartKind, compare_editions
from peergang.cohorts.views import bp
from peergang.core import clock
from peergang.core.differences import Piece, compare_words
from peergang.core.errors import NotFound
from peergang.core.i18n import LazyText, gettext as _, ngettext, pick
from peergang.core.permissions import require
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor

ICONS = {Change.NEW: "plus-lg", Change.GONE: "dash-lg", Change.CHANGED: "pencil"}


@dataclass(frozen=True, slots=True)
class Line:
    """One difference as the page tells it; `pieces` are the words of a text that changed."""

    icon: str
    change: LazyText
    kind: LazyText
    title: str
    aspects: list[LazyText]
    pieces: list[Piece]


class Consequence(NamedTuple):
    """What the differences ask of participants."""

    new_required: int
    no_longer: int
    unchanged: int


@bp.get("/cohorten/<uuid:cohort_id>/editie")
def edition(cohort_id: UUID) -> ResponseReturnValue:
    """What a newer edition would change for this cohort, before anything is done."""
    require(can_manage_cohort(current_actor()))
    session = reading()
    cohort = get_cohort(session, cohort_id)
    newer = find_newer_edition(session, cohort.edition_id) if cohort.state in CHANGEABLE else None
    upgrades = list_upgrades(session, cohort_id)
    if newer is None:
        return render_template("cohorts/edition_newest.html", cohort=cohort, upgrades=upgrades)
    found = compare_editions(read_parts(session, cohort.edition_id), read_parts(session, newer.id))
    modules = [
        (pick(found.modules[slug].title, found.modules[slug].title_en), [_line(one) for one in changes])
        for slug, changes in found.by_module.items()
    ]
    required = [one for one in found.all(PartKind.ACTIVITY, Change.NEW) if one.part.required]
    more = [one for one in found.all(PartKind.ACTIVITY, Change.CHANGED) if Aspect.REQUIRED in one.aspects]
    consequence = Consequence(
        len(required) + len(more), len(found.all(PartKind.ACTIVITY, Change.GONE)), found.unchanged
    )
    return render_template(
        "cohorts/edition.html",
        cohort=cohort,
        newer=newer,
        count=found.count,
        modules=modules,
        consequence=consequence,
        effects=count_effects(session, cohort_id, newer.id),
        upgrades=upgrades,
    )


def _line(one: PartChange) -> Line:
    pieces = []
    if one.old and one.new and Aspect.TEXT in one.aspects:
        pieces = compare_words(one.old.text, one.new.text)
    return Line(
        ICONS[one.change],
        CHANGES[one.change],
        PART_KINDS[one.part.kind],
        pick(one.part.title, one.part.title_en),
        [ASPECTS[aspect] for aspect in one.aspects],
        pieces,
    )


@bp.post("/cohorten/<uuid:cohort_id>/editie")
def upgrade(cohort_id: UUID) -> ResponseReturnValue:
    """Go over to the edition that was compared."""
    with transaction() as session:
        done = upgrade_edition(
            session,
            current_actor(),
            cohort_id,
            from_edition_id=_id("from_edition"),
            to_edition_id=_id("to_edition"),
            now=clock.now(),
        )
    carried = ngettext(
        "%(num)s afgeronde opdracht ging mee.", "%(num)s afgeronde opdrachten gingen mee.", done.carried
    )
    flash(_("Het cohort werkt nu met de nieuwe editie. %(carried)s", carried=carried), "ok")
    return redirect(url_for("cohorts.cohort", cohort_id=cohort_id), code=303)


def _id(name: str) -> UUID:
    try:
        return UUID(request.form.get(name, ""))
    except ValueError:
        raise NotFound from None

"""The conversations of a module or a meeting."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.i18n import pick
from peergang.core.permissions import require
from peergang.discussion.labels import CONFLICTS, LEVELS
from peergang.discussion.policy import can_join_discussion
from peergang.discussion.queries.places import Place, get_meeting_place, get_module_place
from peergang.discussion.queries.threads import find_position, list_threads
from peergang.discussion.rules import THREADS_PAGE
from peergang.discussion.views import bp
from peergang.discussion.views.sending import me, take_done
from peergang.web.database import reading
from peergang.web.viewer import current_actor


@bp.get("/cohorten/<uuid:cohort_id>/modules/<uuid:module_id>/gesprek")
def module_threads(cohort_id: UUID, module_id: UUID) -> ResponseReturnValue:
    """What a cohort talks about under a module."""
    require(can_join_discussion(current_actor(), cohort_id))
    return _page(get_module_place(reading(), cohort_id, module_id))


@bp.get("/bijeenkomsten/<uuid:meeting_id>/gesprek")
def meeting_threads(meeting_id: UUID) -> ResponseReturnValue:
    """What a cohort talks about around a meeting."""
    place = get_meeting_place(reading(), meeting_id)
    require(can_join_discussion(current_actor(), place.cohort_id))
    return _page(place)


def _page(place: Place) -> str:
    session, now = reading(), clock.now()
    after_id = request.args.get("na", type=UUID)
    after = find_position(session, after_id) if after_id else None
    rows = list_threads(session, me(), place, after)
    shown = rows[:THREADS_PAGE]
    return render_template(
        "discussion/threads.html",
        place=place,
        where=words_of(place),
        threads=shown,
        next_url=list_url(place, na=shown[-1].thread_id) if len(rows) > THREADS_PAGE else "",
        first_url=list_url(place) if after is not None else "",
        start_url=start_url(place),
        closed=CONFLICTS.get(place.why_closed(now)),
        levels=LEVELS,
        draft_done=take_done(),
        now=now,
    )


def list_url(place: Place, **more: Any) -> str:
    """The address of the list of a place."""
    if place.meeting_id is not None:
        return url_for("discussion.meeting_threads", meeting_id=place.meeting_id, **more)
    return url_for("discussion.module_threads", cohort_id=place.cohort_id, module_id=place.module_id, **more)


def start_url(place: Place) -> str:
    """Where a conversation begins."""
    if place.meeting_id is not None:
        return url_for("discussion.start_at_meeting", meeting_id=place.meeting_id)
    return url_for("discussion.start_at_module", cohort_id=place.cohort_id, module_id=place.module_id)


def words_of(place: Place) -> dict[str, Any]:
    """The place in words: its title, and the page that it belongs to with what stands before it in the trail."""
    title = pick(place.title, place.title_en)
    if place.meeting_id is not None:
        page = url_for("cohorts.meeting", meeting_id=place.meeting_id)
    else:
        page = url_for("coursework.module", module_id=place.module_id, cohort=place.cohort_id)
    return {"title": title, "page": page, "list": list_url(place), "is_meeting": place.meeting_id is not None}

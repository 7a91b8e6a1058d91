"""The facts under a figure: who was at which meeting, and when reflections came and activities were done."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peergang.cohorts.rules import EnrolmentState
from peergang.core.db import AnyRow
from peergang.core.errors import NotFound
from peergang.core.permissions import require
from peergang.identity.rules import full_name
from peergang.progress.labels.evidence import CAPTIONS, STATES, TITLES
from peergang.progress.policy import can_view_participation
from peergang.progress.queries.evidence import (
    list_completion_evidence,
    list_meeting_evidence,
    list_work_evidence,
)
from peergang.progress.queries.history import find_as_of
from peergang.progress.queries.people import get_cell_head, list_participants
from peergang.progress.rules.evidence import (
    Item,
    by_item,
    find_other_figure,
    mark_completion,
    mark_presence,
    mark_work,
)
from peergang.progress.rules.figures import Measure, percent
from peergang.progress.views import bp
from peergang.progress.views.participation_choice import Choice, Place, read_choice
from peergang.progress.views.trail import leave_opening
from peergang.web.database import reading
from peergang.web.trail import ask_reason
from peergang.web.viewer import current_actor

_READ = {
    Measure.ATTENDANCE: (list_meeting_evidence, "meeting_id", mark_presence),
    Measure.HANDED_IN: (list_work_evidence, "activity_id", mark_work),
    Measure.PROGRESS: (list_completion_evidence, "activity_id", mark_completion),
}


@bp.get("/deelname/<uuid:institution_id>/<uuid:cohort_id>/<any(aanwezigheid,voortgang,ingeleverd):measure>")
def evidence(institution_id: UUID, cohort_id: UUID, measure: str) -> ResponseReturnValue:
    """What a figure of a cell is made of, for everybody in it or for one of them (`?wie=`)."""
    actor = current_actor()
    require(can_view_participation(actor))
    if (ask := ask_reason(actor)) is not None:
        return ask
    session, choice, asked = reading(), read_choice(), Measure(measure)
    head = get_cell_head(session, institution_id, cohort_id, choice.at)
    everyone = list_participants(session, cohort_id, choice.at, institution_id=institution_id)
    everybody = [one for one in everyone if one.state != EnrolmentState.WITHDRAWN]
    people = _only_who_was_asked(everybody)
    leave_opening(actor, (one.user_id for one in people), "participation_cell", choice.now)
    place = Place(institution_id, cohort_id)
    items = _read(session, asked, people, choice)
    return render_template(
        "progress/evidence.html",
        choice=choice,
        found=find_as_of(session, choice.at),
        head=head,
        measure=asked,
        kept=find_other_figure(asked, people, items) if choice.at.past else None,
        items=[(item, _show_marks(item, people, choice, place)) for item in items],
        person=_name(people[0]) if "wie" in request.args else "",
        states=STATES,
        **_say(asked, items),
        **_ways(choice, place, measure),
    )


def _say(measure: Measure, items: Sequence[Item]) -> dict[str, Any]:
    """The words of the page, and the sums of its sentence."""
    done, asked = sum(item.number for item in items), sum(len(item.marks) for item in items)
    late = sum(mark.state == "late" for item in items for mark in item.marks)
    words = {"title": TITLES[measure], "caption": CAPTIONS[measure]}
    return words | {"done": done, "late": late, "asked": asked, "share": percent(done, asked)}


def _ways(choice: Choice, place: Place, measure: str) -> dict[str, str]:
    """Where the page leads: up, and to the same of everybody."""
    ids = place._asdict()
    return {
        "cell_url": choice.url("progress.cell", **ids),
        "all_url": choice.url("progress.evidence", measure=measure, **ids),
        "institution_url": choice.url("progress.institution", institution_id=place.institution_id),
    }


def _only_who_was_asked(people: Sequence[AnyRow]) -> Sequence[AnyRow]:
    wanted = request.args.get("wie")
    if wanted is None:
        return people
    found = [one for one in people if str(one.enrolment_id) == wanted]
    if not found:
        raise NotFound
    return found


def _read(session: Session, measure: Measure, people: Sequence[AnyRow], choice: Choice) -> list[Item]:
    query, key, mark = _READ[measure]
    ids = [one.enrolment_id for one in people]
    return by_item(query(session, ids, choice.at), key, mark, ids)


def _show_marks(
    item: Item, people: Sequence[AnyRow], choice: Choice, place: Place
) -> list[tuple[Any, str, str]]:
    """Every mark with the name and the page of whom it is about, at the activity itself where there is one."""
    names = {one.enrolment_id: _name(one) for one in people}
    slug = getattr(item.row, "slug", "")
    anchor = f"activiteit-{slug}" if slug else ""
    return [
        (mark, names[mark.enrolment_id], choice.story_url(place, mark.enrolment_id, anchor))
        for mark in item.marks
    ]


def _name(person: AnyRow) -> str:
    return full_name(person.given_name, person.name_particle, person.family_name)

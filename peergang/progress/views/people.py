"""The people behind a figure: who takes part from an institution in a cohort, and how each of them is doing."""

from typing import Any
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from peergang.cohorts.rules import EnrolmentState
from peergang.core.db import AnyRow
from peergang.core.permissions import require
from peergang.identity.rules import full_name
from peergang.progress.policy import can_view_participation
from peergang.progress.queries.history import find_as_of
from peergang.progress.queries.people import get_cell_head, list_participants
from peergang.progress.queries.risks import list_risks_of_people
from peergang.progress.rules.figures import Measure, percent
from peergang.progress.views import bp
from peergang.progress.views.participation_choice import Choice, Place, read_choice
from peergang.progress.views.trail import leave_opening
from peergang.web.database import reading
from peergang.web.trail import ask_reason
from peergang.web.viewer import current_actor


@bp.get("/deelname/<uuid:institution_id>/<uuid:cohort_id>")
def cell(institution_id: UUID, cohort_id: UUID) -> ResponseReturnValue:
    """The participants of one institution in one cohort, with what they did and never what they wrote."""
    actor = current_actor()
    require(can_view_participation(actor))
    if (ask := ask_reason(actor)) is not None:
        return ask
    session, choice = reading(), read_choice()
    head = get_cell_head(session, institution_id, cohort_id, choice.at)
    people = list_participants(session, cohort_id, choice.at, institution_id=institution_id)
    leave_opening(actor, (person.user_id for person in people), "participation_cell", choice.now)
    # What asks attention is known for the present only.
    risks = list_risks_of_people(session, cohort_ids=[cohort_id], institution_ids=[institution_id])
    evidence = evidence_urls(choice, institution_id, cohort_id)
    shown = [show_person(person, choice, Place(institution_id, cohort_id), evidence) for person in people]
    going = [one for one in shown if one["state"] != EnrolmentState.WITHDRAWN]
    return render_template(
        "progress/cell.html",
        choice=choice,
        head=head,
        institution_id=institution_id,
        cohort_id=cohort_id,
        found=find_as_of(session, choice.at),
        report_query=choice.report_query(cohort=cohort_id, instelling=institution_id),
        together=_sums(going),
        evidence=evidence,
        people=going,
        stopped=[one for one in shown if one["state"] == EnrolmentState.WITHDRAWN],
        risks={} if choice.at.past else _by_person(risks),
    )


def evidence_urls(choice: Choice, institution_id: UUID, cohort_id: UUID) -> dict[str, str]:
    """By measure the page with what is under its figure."""
    ids = {"institution_id": institution_id, "cohort_id": cohort_id}
    return {one.name.lower(): choice.url("progress.evidence", measure=one.value, **ids) for one in Measure}


def _by_person(risks: Any) -> dict[UUID, list[AnyRow]]:
    found: dict[UUID, list[AnyRow]] = {}
    for risk in risks:
        found.setdefault(risk.enrolment_id, []).append(risk)
    return found


def _sums(people: list[dict[str, Any]]) -> dict[str, int | None]:
    def share(part: str, whole: str) -> int | None:
        return percent(sum(one[part] for one in people), sum(one[whole] for one in people))

    return {
        "attendance": share("present", "recorded"),
        "progress": share("completed", "required"),
        "handed_in": share("handed_in", "due"),
    }


def show_person(person: AnyRow, choice: Choice, place: Place, evidence: dict[str, str]) -> dict[str, Any]:
    """Somebody as a line of the page, with the addresses of what is under each figure."""
    glue = "&" if choice.query else "?"
    return {
        "enrolment_id": person.enrolment_id,
        "name": full_name(person.given_name, person.name_particle, person.family_name),
        "state": person.state,
        "withdrawn_at": person.withdrawn_at,
        "required": person.required or 0,
        "completed": person.completed or 0,
        "progress": percent(person.completed or 0, person.required or 0),
        "present": person.present,
        "recorded": person.recorded,
        "handed_in": person.handed_in,
        "due": person.due,
        "last_active": person.last_active,
        "story_url": choice.story_url(place, person.enrolment_id),
        "evidence": {name: f"{url}{glue}wie={person.enrolment_id}" for name, url in evidence.items()},
    }

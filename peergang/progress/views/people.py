"""The people behind a figure, and an institution with all its cohorts."""

from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.rules import CohortState, EnrolmentState
from peergang.core import clock
from peergang.core.db import AnyRow
from peergang.core.permissions import require
from peergang.identity.rules import full_name
from peergang.progress.policy import can_view_participation
from peergang.progress.queries.participation import list_cells, list_contacts, list_shown_cohorts
from peergang.progress.queries.people import get_cell_head, get_institution_head, list_participants
from peergang.progress.rules.figures import add_up, percent
from peergang.progress.rules.reckoning import judge
from peergang.progress.views import bp
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
    now = clock.now()
    head = get_cell_head(reading(), institution_id, cohort_id)
    people = list_participants(reading(), cohort_id, now, institution_id=institution_id)
    leave_opening(actor, (person.user_id for person in people), "participation_cell", now)
    return render_template(
        "progress/cell.html",
        now=now,
        head=head,
        institution_id=institution_id,
        cohort_id=cohort_id,
        people=[_show_person(person) for person in people if person.state != EnrolmentState.WITHDRAWN],
        stopped=[_show_person(person) for person in people if person.state == EnrolmentState.WITHDRAWN],
    )


@bp.get("/deelname/instelling/<uuid:institution_id>")
def institution(institution_id: UUID) -> ResponseReturnValue:
    """One institution: its cohorts, what asks attention, and whom to call."""
    require(can_view_participation(current_actor()))
    now = clock.now()
    session = reading()
    head = get_institution_head(session, institution_id)
    cells = {row.cohort_id: row for row in list_cells(session, now, institution_id)}
    cohorts = [one for one in list_shown_cohorts(session) if one.id in cells]
    running = {one.id: one.starts_on for one in cohorts if one.state == CohortState.RUNNING}
    reasons, together = judge([cells[cohort_id] for cohort_id in running], running, clock.local_date(now))
    return render_template(
        "progress/institution.html",
        now=now,
        head=head,
        reasons=reasons,
        together=together,
        contacts=[
            (full_name(one.given_name, one.name_particle, one.family_name), one.email)
            for one in list_contacts(session, [institution_id])
        ],
        cohorts=[
            (
                one,
                add_up([cells[one.id]]),
                url_for("progress.cell", institution_id=institution_id, cohort_id=one.id),
            )
            for one in reversed(cohorts)
        ],
    )


def _show_person(person: AnyRow) -> dict[str, Any]:
    return {
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
    }

"""One institution with all its cohorts, and whom to call."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from peergang.cohorts.rules import CohortState
from peergang.core.db import AnyRow
from peergang.core.permissions import require
from peergang.identity.rules import full_name
from peergang.progress.policy import can_view_participation
from peergang.progress.queries.attention import list_attention
from peergang.progress.queries.history import find_as_of
from peergang.progress.queries.participation import list_cells, list_contacts, list_shown_cohorts
from peergang.progress.queries.people import get_institution_head
from peergang.progress.rules.figures import Figures, add_up
from peergang.progress.views import bp
from peergang.progress.views.participation_choice import Choice, read_choice
from peergang.progress.views.people import evidence_urls
from peergang.web.database import reading
from peergang.web.viewer import current_actor

Shown = tuple[AnyRow, Figures, str, dict[str, str]]


@bp.get("/deelname/instelling/<uuid:institution_id>")
def institution(institution_id: UUID) -> ResponseReturnValue:
    """One institution: its cohorts, what asks attention, and whom to call."""
    require(can_view_participation(current_actor()))
    session, choice = reading(), read_choice()
    head = get_institution_head(session, institution_id)
    cells = {row.cohort_id: row for row in list_cells(session, choice.at, institution_id)}
    cohorts = [one for one in list_shown_cohorts(session, choice.at) if one.id in cells]
    running = {one.id: one.starts_on for one in cohorts if one.state == CohortState.RUNNING}
    attention = list_attention(session, choice.at, institution_id)
    together = add_up([cells[cohort_id] for cohort_id in running])
    return render_template(
        "progress/institution.html",
        choice=choice,
        head=head,
        found=find_as_of(session, choice.at),
        report_query=choice.report_query(instelling=institution_id),
        reasons=[reason for one in attention for reason in one.reasons],
        together=together,
        running=len(running),
        contacts=[
            (full_name(one.given_name, one.name_particle, one.family_name), one.email)
            for one in list_contacts(session, [institution_id])
        ],
        cohorts=[_show_cohort(one, cells[one.id], choice, institution_id) for one in reversed(cohorts)],
    )


def _show_cohort(cohort: AnyRow, cell: AnyRow, choice: Choice, institution_id: UUID) -> Shown:
    """A cohort with its figures, the page of its people, and what is under each figure."""
    url = choice.url("progress.cell", institution_id=institution_id, cohort_id=cohort.id)
    return cohort, add_up([cell]), url, evidence_urls(choice, institution_id, cohort.id)

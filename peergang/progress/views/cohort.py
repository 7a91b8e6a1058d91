"""How far everybody in a cohort is: participants × modules, or × the activities of one module."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peergang.cohorts.policy import can_read_reasons, can_train
from peergang.cohorts.queries.meeting_page import get_meeting_page, list_agenda
from peergang.core import clock
from peergang.core.permissions import require
from peergang.identity.rules import full_name
from peergang.progress.labels.grid import SHOWS
from peergang.progress.labels.participation import STAGE_ICONS, STAGES
from peergang.progress.policy import can_view_cohort_progress, can_view_participation
from peergang.progress.queries.preparing import count_open_feedback, find_next_meeting, list_signed_off
from peergang.progress.rules.grid import Stage
from peergang.progress.views import bp
from peergang.progress.views.bulk_deeds import list_deeds
from peergang.progress.views.grid import Grid, read_grid
from peergang.progress.views.trail import leave_opening
from peergang.web.database import reading
from peergang.web.trail import ask_reason
from peergang.web.viewer import current_actor


@bp.get("/cohorten/<uuid:cohort_id>/voortgang")
def cohort(cohort_id: UUID) -> ResponseReturnValue:
    """The grid of a cohort for its trainer and for organisers: who waits or is stuck stands first. Which module, which
    people and which group stands in the address.
    """
    actor = current_actor()
    require(can_view_cohort_progress(actor, cohort_id))
    if (ask := ask_reason(actor, has_another_role=can_train(actor, cohort_id))) is not None:
        return ask
    now = clock.now()
    session = reading()
    grid = read_grid(session, cohort_id, now)
    leave_opening(actor, (person.user_id for person in grid.people), "cohort_progress", now)
    return render_template(
        "progress/cohort.html",
        now=now,
        head=grid.head,
        grid=grid,
        tabs=_tabs(grid),
        shows=SHOWS,
        stages={stage: (str(STAGES[stage]), STAGE_ICONS[stage]) for stage in Stage},
        waiting=sum(line.waits for line in grid.everybody),
        stuck=sum(line.stuck for line in grid.everybody),
        sees_participation=can_view_participation(actor),
        trains=can_train(actor, cohort_id),
        deeds=list_deeds(actor, grid.head),
        **({"preparing": False} if grid.view.module else _preparing(session, grid, cohort_id, now)),
    )


def _tabs(grid: Grid) -> list[tuple[str, str, str, bool]]:
    """Every module: its code, address, title, and whether it is shown."""
    view, cohort_id = grid.view, grid.head.id
    return [
        (
            one.code,
            url_for("progress.cohort", cohort_id=cohort_id, **view.args(module=one.code)),
            one.title,
            one.code == view.module,
        )
        for one in grid.modules
    ]


def _preparing(session: Session, grid: Grid, cohort_id: UUID, now: datetime) -> dict[str, Any]:
    """What the overview holds beside the grid: the meeting that comes, and who may be glad of a word."""
    return {
        "preparing": True,
        "lines": [(line, _name(line.person)) for line in grid.everybody],
        "feedback": count_open_feedback(session, cohort_id, now),
        **_next_meeting(session, cohort_id, now, reads_reasons=can_read_reasons(current_actor(), cohort_id)),
    }


def _next_meeting(session: Session, cohort_id: UUID, now: datetime, *, reads_reasons: bool) -> dict[str, Any]:
    """The meeting that comes, its agenda and who cannot be there; why only for who may read that."""
    meeting_id = find_next_meeting(session, cohort_id, now)
    if meeting_id is None:
        return {"meeting": None, "agenda": (), "signed_off": ()}
    meeting = get_meeting_page(session, meeting_id)
    own = list_agenda(session, meeting_id)
    return {
        "meeting": meeting,
        "agenda": own if meeting.own_agenda else meeting.default_agenda or (),
        "signed_off": [
            (_name(one), one.reason if reads_reasons else "") for one in list_signed_off(session, meeting_id)
        ],
    }


def _name(person: object) -> str:
    parts = (getattr(person, name) for name in ("given_name", "name_particle", "family_name"))
    return full_name(*parts)

"""Opening, starting, closing and cancelling cohorts."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, update
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.actions.invitations import request_invitations
from peergang.cohorts.models import ActivityCompletion, Cohort, Enrolment, Meeting
from peergang.cohorts.policy import can_manage_cohort
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.queries.readiness import read_readiness
from peergang.cohorts.rules import (
    CohortState,
    EnrolmentRole,
    EnrolmentState,
    MeetingState,
    next_cohort_state,
)
from peergang.cohorts.rules.opening import STOPS, find_lacks
from peergang.core.clock import local_date
from peergang.core.errors import Conflict
from peergang.core.permissions import Actor, require
from peergang.curriculum.models import Activity, Edition
from peergang.identity.actions.audit import record_audit

Ended = Callable[[Session, UUID, datetime], object]
"""Called with the cohort and the moment, inside the transaction in which it closes or is cancelled, by who holds it."""

_when_ended: list[Ended] = []


def when_ended(callback: Ended) -> None:
    """Let a higher feature finish what participants had under way. Whoever starts a process with actions calls this."""
    if callback not in _when_ended:
        _when_ended.append(callback)


def _tell_ended(session: Session, cohort_id: UUID, now: datetime) -> None:
    session.flush()
    for callback in _when_ended:
        callback(session, cohort_id, now)


def open_cohort(session: Session, actor: Actor, cohort_id: UUID, *, now: datetime) -> CohortState:
    """Open a planned cohort: everybody who holds a seat is invited. For organisers.

    A cohort whose first day has come starts at once. Gives the state it led to.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such cohort.
        Conflict: `cohort_state` when it is not planned; `cohort_not_ready` with `lacks` when something is missing.
    """
    require(can_manage_cohort(actor))
    cohort = lock_cohort(session, cohort_id)
    cohort.state = next_cohort_state(cohort.state, CohortState.OPEN)
    lacks = [lack for lack in find_lacks(read_readiness(session, cohort_id), now) if lack in STOPS]
    if lacks:
        raise Conflict("cohort_not_ready", lacks=lacks)
    cohort.opened_at = now
    session.flush()
    invited = session.scalars(
        update(Enrolment)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.state == EnrolmentState.INVITED)
        .values(invited_at=now)
        .returning(Enrolment.id)
        .execution_options(synchronize_session="fetch")
    ).all()
    request_invitations(session, cohort, invited, now=now)
    record_audit(session, actor, "cohort_opened", "cohort", cohort_id, {"invited": len(invited)}, now=now)
    if cohort.starts_on <= local_date(now):
        cohort.state, cohort.started_at = next_cohort_state(cohort.state, CohortState.RUNNING), now
        session.flush()
    return CohortState(cohort.state)


def start_due_cohorts(session: Session, *, now: datetime) -> list[UUID]:
    """Let open cohorts run whose first day has come, in Amsterdam. The platform's own clock calls this; calling it
    twice changes nothing. Gives the ids of the cohorts that started.
    """
    started = session.scalars(
        update(Cohort)
        .where(Cohort.state == CohortState.OPEN, Cohort.starts_on <= local_date(now))
        .values(state=CohortState.RUNNING, started_at=now)
        .returning(Cohort.id)
        .execution_options(synchronize_session="fetch")
    ).all()
    for cohort_id in started:
        record_audit(session, None, "cohort_started", "cohort", cohort_id, now=now)
    return list(started)


def close_cohort(session: Session, actor: Actor, cohort_id: UUID, *, now: datetime) -> int:
    """Close a running cohort: nothing changes in it any more. For organisers.

    Who completed every required activity becomes `completed`; the others stay as they were, and their facts too.
    Meetings that were still to come are cancelled, or they would stand in calendars for ever. Gives how many completed it.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such cohort.
        Conflict: `cohort_state` when it is not running.
    """
    require(can_manage_cohort(actor))
    cohort = lock_cohort(session, cohort_id)
    cohort.state, cohort.closed_at = next_cohort_state(cohort.state, CohortState.CLOSED), now
    session.flush()
    completed = session.scalars(
        update(Enrolment)
        .where(
            Enrolment.cohort_id == cohort_id,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Enrolment.state == EnrolmentState.ACTIVE,
            ~_open_activity(cohort.edition_id),
        )
        .values(state=EnrolmentState.COMPLETED, completed_at=now)
        .returning(Enrolment.id)
        .execution_options(synchronize_session="fetch")
    ).all()
    _cancel_meetings_to_come(session, cohort_id, now)
    _tell_ended(session, cohort_id, now)
    record_audit(session, actor, "cohort_closed", "cohort", cohort_id, {"completed": len(completed)}, now=now)
    return len(completed)


def cancel_cohort(session: Session, actor: Actor, cohort_id: UUID, *, now: datetime) -> None:
    """Call a cohort off, with its meetings that were still to come. For organisers. What people did stays.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such cohort.
        Conflict: `cohort_state` when it is closed or cancelled already.
    """
    require(can_manage_cohort(actor))
    cohort = lock_cohort(session, cohort_id)
    cohort.state, cohort.cancelled_at = next_cohort_state(cohort.state, CohortState.CANCELLED), now
    session.flush()
    _cancel_meetings_to_come(session, cohort_id, now)
    _tell_ended(session, cohort_id, now)
    record_audit(session, actor, "cohort_cancelled", "cohort", cohort_id, now=now)


def _cancel_meetings_to_come(session: Session, cohort_id: UUID, now: datetime) -> None:
    session.execute(
        update(Meeting)
        .where(Meeting.cohort_id == cohort_id, Meeting.starts_at > now, Meeting.state == MeetingState.PLANNED)
        .values(state=MeetingState.CANCELLED, revision=Meeting.revision + 1)
        .execution_options(synchronize_session="fetch")
    )


def _open_activity(edition_id: UUID) -> ColumnElement[bool]:
    """That something required was not completed. A fact of another edition of the programme counts through slug and kind,
    as it does in progress.
    """
    done, other, was, here = (
        aliased(ActivityCompletion),
        aliased(Activity),
        aliased(Edition),
        aliased(Edition),
    )
    completed = (
        exists()
        .where(
            done.enrolment_id == Enrolment.id,
            other.id == done.activity_id,
            other.slug == Activity.slug,
            other.kind == Activity.kind,
            was.id == other.edition_id,
            here.id == Activity.edition_id,
            was.programme_id == here.programme_id,
        )
        .correlate(Enrolment, Activity)
    )
    return exists().where(Activity.edition_id == edition_id, Activity.required, ~completed)

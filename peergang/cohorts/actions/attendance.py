"""Writing down who was at a meeting."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.cohorts.actions.completion import record_completions
from peergang.cohorts.models import Attendance
from peergang.cohorts.policy import can_record_attendance
from peergang.cohorts.queries.attendance import list_attendance
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.queries.schedule import get_meeting
from peergang.cohorts.rules import AttendanceState, CohortState, MeetingState
from peergang.core.errors import Conflict, Invalid
from peergang.core.permissions import Actor, require

RECORDABLE = (CohortState.OPEN, CohortState.RUNNING)


def record_attendance(
    session: Session, actor: Actor, meeting_id: UUID, states: Mapping[UUID, str], *, now: datetime
) -> int:
    """Write down who was there; by the cohort's trainers and organisers. Recording again corrects what was wrong.

    `states` maps enrolments to present, absent or excused; who is not named stays as they are. Who was present completed
    the meeting's activity when it ended; such a fact stays, also when the attendance is corrected later (invariant 2).
    A constant number of statements. Gives how many were present.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such meeting.
        Conflict: `cohort_state`; `meeting_cancelled`; `meeting_not_begun`.
        Invalid: {"states": "unknown"} for another state, or somebody who is not in the cohort.
    """
    meeting = get_meeting(session, meeting_id)
    require(can_record_attendance(actor, meeting.cohort_id))
    lock_cohort(session, meeting.cohort_id, *RECORDABLE)
    if meeting.state == MeetingState.CANCELLED:
        raise Conflict("meeting_cancelled")
    if now < meeting.starts_at:
        raise Conflict("meeting_not_begun")
    known = {row.enrolment_id for row in list_attendance(session, meeting.cohort_id, meeting_id)}
    if not set(states.values()) <= set(AttendanceState) or not states.keys() <= known:
        raise Invalid({"states": "unknown"})
    if states:
        _write(session, actor, meeting_id, states, now)
    present = [enrolment for enrolment, state in states.items() if state == AttendanceState.PRESENT]
    if meeting.activity_id:
        # Recorded during the meeting, the fact is not in the future.
        record_completions(
            session,
            present,
            meeting.activity_id,
            completed_at=min(meeting.ends_at, now),
            evidence_kind="attendance",
            evidence_id=meeting_id,
        )
    return len(present)


def _write(
    session: Session, actor: Actor, meeting_id: UUID, states: Mapping[UUID, str], now: datetime
) -> None:
    statement = insert(Attendance)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["meeting_id", "enrolment_id"],
            set_={name: statement.excluded[name] for name in ("state", "recorded_at", "recorded_by_id")},
            where=or_(Attendance.state != statement.excluded.state),
        ),
        [
            {
                "meeting_id": meeting_id,
                "enrolment_id": enrolment_id,
                "state": str(state),
                "recorded_at": now,
                "recorded_by_id": actor.user_id,
            }
            for enrolment_id, state in states.items()
        ],
    )

"""Writing down who was at a meeting."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.cohorts.actions.completion import record_completions
from peergang.cohorts.models import Attendance
from peergang.cohorts.policy import can_record_attendance
from peergang.cohorts.queries.attendance import list_attendance, list_present
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.queries.schedule import get_meeting
from peergang.cohorts.rules import AttendanceState, CohortState, MeetingState
from peergang.core.db import AnyRow
from peergang.core.errors import Conflict, Invalid
from peergang.core.permissions import Actor, require

RECORDABLE = (CohortState.OPEN, CohortState.RUNNING)


def record_attendance(
    session: Session,
    actor: Actor,
    meeting_id: UUID,
    states: Mapping[UUID, str],
    *,
    now: datetime,
    shown: Mapping[UUID, str] | None = None,
) -> int:
    """Write down who was there; by the cohort's trainers and organisers. Recording again corrects what was wrong.

    `states` maps enrolments to present, absent or excused; who is not named stays as they are. `shown` says what stood on
    the list before anybody touched it: where that was left alone, what somebody else recorded meanwhile (a second trainer,
    or the person with the code) is kept. Who was present completed the meeting's activity when it ended; such a fact
    stays, also when the attendance is corrected later (invariant 2). Of who was invited and did not answer yet it is
    written down as well, and counts once they take their place (`count_attended`). A constant number of statements. Gives
    how many of those named are present now.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such meeting.
        Conflict: `cohort_state`; `meeting_cancelled`; `meeting_not_begun`.
        Invalid: {"states": "unknown"} for another state, or somebody who is not in the cohort.
    """
    cohort_id = get_meeting(session, meeting_id).cohort_id
    require(can_record_attendance(actor, cohort_id))
    lock_cohort(session, cohort_id, *RECORDABLE)
    meeting = _get_begun(session, meeting_id, now)
    # The cohort is held, so nothing is recorded between this look and the writing.
    people = list_attendance(session, cohort_id, meeting_id)
    known = {row.enrolment_id: row.state for row in people}
    _check_states(states, known)
    wanted = {**states, **_left_alone(states, shown or {}, known)}
    write_attendance(
        session, actor, meeting, wanted, now=now, later={row.enrolment_id for row in people if row.invited}
    )
    return sum(state == AttendanceState.PRESENT for state in wanted.values())


def _get_begun(session: Session, meeting_id: UUID, now: datetime) -> AnyRow:
    meeting = get_meeting(session, meeting_id)
    if meeting.state == MeetingState.CANCELLED:
        raise Conflict("meeting_cancelled")
    if now < meeting.starts_at:
        raise Conflict("meeting_not_begun")
    return meeting


def _check_states(states: Mapping[UUID, str], known: Mapping[UUID, str | None]) -> None:
    if not set(states.values()) <= set(AttendanceState) or not states.keys() <= known.keys():
        raise Invalid({"states": "unknown"})


def _left_alone(
    states: Mapping[UUID, str], shown: Mapping[UUID, str], known: Mapping[UUID, str | None]
) -> dict[UUID, str]:
    """What stands recorded for those whom the list shows as it did before anybody touched it."""
    return {
        one: recorded
        for one, state in states.items()
        if shown.get(one) == state and (recorded := known[one]) is not None
    }


def write_attendance(
    session: Session,
    actor: Actor,
    meeting: Any,
    states: Mapping[UUID, str],
    *,
    now: datetime,
    later: Collection[UUID] = (),
) -> int:
    """Keep `states` and the facts that follow. Called by use cases that hold the cohort and have asked their policy.

    Of those in `later`, who have not taken their place yet, the facts follow when they do. Gives how many changed.
    """
    if not states:
        return 0
    meeting_id = getattr(meeting, "meeting_id", None) or meeting.id
    changed = _write(session, actor, meeting_id, states, now)
    present = [one for one, state in states.items() if state == AttendanceState.PRESENT and one not in later]
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
    return changed


def count_attended(session: Session, enrolment_ids: Sequence[UUID]) -> None:
    """Write the facts of meetings that people were at before they took their place. Called by use cases that hold the cohort
    and have just given them that place.
    """
    for one in list_present(session, enrolment_ids):
        record_completions(
            session,
            [one.enrolment_id],
            one.activity_id,
            completed_at=min(one.ends_at, one.recorded_at),
            evidence_kind="attendance",
            evidence_id=one.meeting_id,
        )


def _write(
    session: Session, actor: Actor, meeting_id: UUID, states: Mapping[UUID, str], now: datetime
) -> int:
    rows = [
        {
            "meeting_id": meeting_id,
            "enrolment_id": enrolment_id,
            "state": str(state),
            "recorded_at": now,
            "recorded_by_id": actor.user_id,
        }
        for enrolment_id, state in states.items()
    ]
    statement = insert(Attendance).values(rows)
    kept = statement.on_conflict_do_update(
        index_elements=["meeting_id", "enrolment_id"],
        set_={name: statement.excluded[name] for name in ("state", "recorded_at", "recorded_by_id")},
        where=Attendance.state != statement.excluded.state,
    )
    return len(session.execute(kept.returning(Attendance.enrolment_id)).all())

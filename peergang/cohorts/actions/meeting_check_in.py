"""Checking oneself in at a meeting with the code that the trainer shows."""

from datetime import datetime
from hmac import compare_digest
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.cohorts.actions.attendance import write_attendance
from peergang.cohorts.actions.meeting_sign_off import own_enrolment
from peergang.cohorts.models import CheckInCode, Meeting
from peergang.cohorts.policy import can_record_attendance, can_sign_off
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.queries.meeting_page import find_code
from peergang.cohorts.queries.schedule import get_meeting
from peergang.cohorts.rules import INVITING, AttendanceState, MeetingState
from peergang.cohorts.rules.check_in import code_period, new_code, read_code
from peergang.core.errors import Conflict, Invalid
from peergang.core.permissions import Actor, require


def show_check_in_code(session: Session, actor: Actor, meeting_id: UUID, *, now: datetime) -> str:
    """Make a code to check in with, instead of the one there was; for the cohort's trainers and organisers.

    It holds from half an hour before the meeting until half an hour after its beginning; made later, for half an hour.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such meeting.
        Conflict: `cohort_state`; `meeting_cancelled`; `meeting_not_begun` when it is too early; `meeting_over`.
    """
    meeting = _lock(session, meeting_id, actor, trains=True)
    period = code_period(meeting.starts_at, meeting.ends_at, now)
    if period is None:
        raise Conflict("meeting_over" if now > meeting.ends_at else "meeting_not_begun")
    statement = insert(CheckInCode).values(
        meeting_id=meeting_id, code=new_code(), valid_from=period[0], valid_until=period[1]
    )
    code = session.scalar(
        statement.on_conflict_do_update(
            index_elements=["meeting_id"],
            set_={name: statement.excluded[name] for name in ("code", "valid_from", "valid_until")},
        ).returning(CheckInCode.code)
    )
    return str(code)


def check_in(session: Session, actor: Actor, meeting_id: UUID, typed: str, *, now: datetime) -> bool:
    """Record oneself as present with the code that holds; for participants of the cohort.

    Gives whether that was news. Who was written down as absent and has the code is there after all.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such meeting.
        Conflict: `cohort_state`; `meeting_cancelled`.
        Invalid: {"code": "missing" | "wrong" | "expired"}.
    """
    meeting = _lock(session, meeting_id, actor, trains=False)
    enrolment_id = own_enrolment(session, actor, meeting.cohort_id)
    code = read_code(typed)
    if not code:
        raise Invalid({"code": "missing"})
    current = find_code(session, meeting_id, now)
    if current is None:
        raise Invalid({"code": "expired"})
    if not compare_digest(code.encode(), current.code.encode()):
        raise Invalid({"code": "wrong"})
    return write_attendance(session, actor, meeting, {enrolment_id: AttendanceState.PRESENT}, now=now) > 0


def forget_old_codes(session: Session, *, now: datetime) -> int:
    """Throw away codes that hold no more; the platform itself does this every night. Gives how many."""
    result = session.execute(
        delete(CheckInCode).where(CheckInCode.valid_until < now),
        execution_options={"synchronize_session": False},
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def _lock(session: Session, meeting_id: UUID, actor: Actor, *, trains: bool) -> Meeting:
    cohort_id = get_meeting(session, meeting_id).cohort_id
    require((can_record_attendance if trains else can_sign_off)(actor, cohort_id))
    lock_cohort(session, cohort_id, *INVITING)
    meeting = session.get_one(Meeting, meeting_id, populate_existing=True)
    if meeting.state == MeetingState.CANCELLED:
        raise Conflict("meeting_cancelled")
    return meeting

"""Signing off for a meeting, and coming after all."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment, Meeting, SignOff
from peergang.cohorts.policy import can_sign_off
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.queries.schedule import get_meeting
from peergang.cohorts.rules import INVITING, EnrolmentRole, MeetingState
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.permissions import Actor, require

REASON_MAX_LENGTH = 500


def sign_off(session: Session, actor: Actor, meeting_id: UUID, reason: str, *, now: datetime) -> None:
    """Say that one cannot come, and why; for participants of the cohort, until the meeting begins. Again changes the reason.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such meeting.
        Conflict: `cohort_state`; `meeting_cancelled`; `meeting_begun`.
        Invalid: {"reason": "missing" | "long"}.
    """
    enrolment_id = _lock_own(session, actor, meeting_id, now)
    reason = reason.strip()
    if not reason or len(reason) > REASON_MAX_LENGTH:
        raise Invalid({"reason": "long" if reason else "missing"})
    statement = insert(SignOff).values(
        meeting_id=meeting_id,
        enrolment_id=enrolment_id,
        reason=reason,
        signed_off_at=now,
        # Nobody moves it meanwhile: the cohort is held.
        starts_at=select(Meeting.starts_at).where(Meeting.id == meeting_id).scalar_subquery(),
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["meeting_id", "enrolment_id"],
            set_={name: statement.excluded[name] for name in ("reason", "signed_off_at", "starts_at")},
        )
    )


def come_after_all(session: Session, actor: Actor, meeting_id: UUID, *, now: datetime) -> None:
    """Take a sign-off back, until the meeting begins; without one nothing happens.

    Raises:
        Forbidden: for who is no participant. NotFound: when there is no such meeting.
        Conflict: `cohort_state`; `meeting_cancelled`; `meeting_begun`.
    """
    enrolment_id = _lock_own(session, actor, meeting_id, now)
    session.execute(
        delete(SignOff).where(SignOff.meeting_id == meeting_id, SignOff.enrolment_id == enrolment_id)
    )


def _lock_own(session: Session, actor: Actor, meeting_id: UUID, now: datetime) -> UUID:
    cohort_id = get_meeting(session, meeting_id).cohort_id
    require(can_sign_off(actor, cohort_id))
    lock_cohort(session, cohort_id, *INVITING)
    # It may have been moved while we waited.
    meeting = session.get_one(Meeting, meeting_id, populate_existing=True)
    if meeting.state == MeetingState.CANCELLED:
        raise Conflict("meeting_cancelled")
    if now >= meeting.starts_at:
        raise Conflict("meeting_begun")
    return own_enrolment(session, actor, cohort_id)


def own_enrolment(session: Session, actor: Actor, cohort_id: UUID) -> UUID:
    """The actor's own place as a participant.

    Raises:
        NotFound: when they have none (any more).
    """
    enrolment_id = session.scalar(
        select(Enrolment.id).where(
            Enrolment.cohort_id == cohort_id,
            Enrolment.user_id == actor.user_id,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Enrolment.state.in_(TAKES_PART),
        )
    )
    if enrolment_id is None:
        raise NotFound
    return enrolment_id

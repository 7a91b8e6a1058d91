"""What is still open in a cohort that is about to be closed. Counts and names, never a text."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Attendance, Enrolment, Meeting
from peergang.cohorts.rules import EnrolmentRole, EnrolmentState, MeetingState
from peergang.core.db import AnyRow, Rows
from peergang.coursework.models import PeerFeedback, Reflection, ReflectionVersion, Review
from peergang.coursework.rules import WAITING, ReflectionState
from peergang.identity.models import User
from peergang.progress.models import EnrolmentProgress


def get_open_ends(session: Session, cohort_id: UUID, now: datetime) -> AnyRow:
    """How much of each kind is unfinished, in one row.

    Columns: invited, waitlisted, active, ready (active participants with everything done), reflections_waiting,
    reflections_returned, drafts (never submitted), reviews_unsent, feedback_unsent, meetings_ahead, meetings_unrecorded.
    """
    parts = {
        "invited": _people(cohort_id, EnrolmentState.INVITED),
        "waitlisted": _people(cohort_id, EnrolmentState.WAITLISTED),
        "active": _people(cohort_id, EnrolmentState.ACTIVE),
        "ready": _people(cohort_id, EnrolmentState.ACTIVE)
        .join(EnrolmentProgress, EnrolmentProgress.enrolment_id == Enrolment.id)
        .where(EnrolmentProgress.completed >= EnrolmentProgress.required),
        **_coursework(cohort_id),
        **_meetings(cohort_id, now),
    }
    return session.execute(select(*(one.scalar_subquery().label(name) for name, one in parts.items()))).one()


def _people(cohort_id: UUID, state: EnrolmentState) -> Select[int]:
    return (
        select(func.count())
        .select_from(Enrolment)
        .where(
            Enrolment.cohort_id == cohort_id,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Enrolment.state == state,
        )
    )


def _coursework(cohort_id: UUID) -> dict[str, Select[int]]:
    inside = and_(Enrolment.cohort_id == cohort_id, Enrolment.state == EnrolmentState.ACTIVE)
    reflections = (
        select(func.count())
        .select_from(Reflection)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .where(inside)
    )
    versions = (
        select(func.count())
        .select_from(ReflectionVersion)
        .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .where(inside)
    )
    return {
        "reflections_waiting": reflections.where(Reflection.state.in_(WAITING)),
        "reflections_returned": reflections.where(Reflection.state == ReflectionState.RETURNED),
        "drafts": reflections.where(Reflection.state == ReflectionState.DRAFT),
        "reviews_unsent": versions.join(Review, Review.version_id == ReflectionVersion.id).where(
            Review.sent_at.is_(None)
        ),
        "feedback_unsent": versions.join(PeerFeedback, PeerFeedback.version_id == ReflectionVersion.id).where(
            PeerFeedback.sent_at.is_(None)
        ),
    }


def _meetings(cohort_id: UUID, now: datetime) -> dict[str, Select[int]]:
    planned = select(func.count()).where(
        Meeting.cohort_id == cohort_id, Meeting.state == MeetingState.PLANNED
    )
    recorded = exists().where(Attendance.meeting_id == Meeting.id).correlate(Meeting)
    return {
        "meetings_ahead": planned.where(Meeting.ends_at > now),
        "meetings_unrecorded": planned.where(Meeting.ends_at <= now, ~recorded),
    }


def list_unfinished(session: Session, cohort_id: UUID) -> Rows:
    """Active participants who have not done everything, sorted the Dutch way, who is nearest to the end first.

    Columns: user_id, given_name, name_particle, family_name, completed, required.
    """
    left = EnrolmentProgress.required - EnrolmentProgress.completed
    return session.execute(
        select(
            Enrolment.user_id,
            User.given_name,
            User.name_particle,
            User.family_name,
            EnrolmentProgress.completed,
            EnrolmentProgress.required,
        )
        .join(Enrolment, Enrolment.user_id == User.id)
        .join(EnrolmentProgress, EnrolmentProgress.enrolment_id == Enrolment.id)
        .where(
            Enrolment.cohort_id == cohort_id,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Enrolment.state == EnrolmentState.ACTIVE,
            left > 0,
        )
        .order_by(left, User.sort_key)
    ).all()

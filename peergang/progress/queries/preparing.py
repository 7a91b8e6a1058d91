"""What a trainer wants to know before a meeting: which one it is, who signed off, and whose feedback is still open."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import ActivityCompletion, CohortActivity, Enrolment, Meeting, SignOff
from peergang.cohorts.queries.due import personal_due_at
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.queries.sign_offs import still_holds
from peergang.cohorts.rules import EnrolmentRole, MeetingState
from peergang.core.db import Rows
from peergang.curriculum.models import Activity
from peergang.identity.models import User


def find_next_meeting(session: Session, cohort_id: UUID, now: datetime) -> UUID | None:
    """The meeting that is going on or comes next."""
    return session.scalar(
        select(Meeting.id)
        .where(Meeting.cohort_id == cohort_id, Meeting.state == MeetingState.PLANNED, Meeting.ends_at > now)
        .order_by(Meeting.starts_at, Meeting.number)
        .limit(1)
    )


def list_signed_off(session: Session, meeting_id: UUID | None) -> Rows:
    """Who cannot come to a meeting, by name. Columns: given_name, name_particle, family_name, reason."""
    return session.execute(
        select(User.given_name, User.name_particle, User.family_name, SignOff.reason)
        .join(Enrolment, Enrolment.id == SignOff.enrolment_id)
        .join(User, User.id == Enrolment.user_id)
        .where(SignOff.meeting_id == meeting_id, still_holds(), Enrolment.state.in_(TAKES_PART))
        .order_by(User.sort_key, Enrolment.id)
    ).all()


def count_open_feedback(session: Session, cohort_id: UUID, now: datetime) -> dict[UUID, int]:
    """How many rounds of feedback to peers each participant has open past their date, by enrolment."""
    done = (
        exists()
        .where(
            ActivityCompletion.enrolment_id == Enrolment.id,
            ActivityCompletion.activity_id == CohortActivity.activity_id,
        )
        .correlate(Enrolment, CohortActivity)
    )
    rows = session.execute(
        select(Enrolment.id, func.count())
        .join(CohortActivity, CohortActivity.cohort_id == Enrolment.cohort_id)
        .join(Activity, Activity.id == CohortActivity.activity_id)
        .where(
            Enrolment.cohort_id == cohort_id,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Enrolment.state.in_(TAKES_PART),
            Activity.kind == "peer_feedback",
            Activity.required,
            personal_due_at() <= now,
            ~done,
        )
        .group_by(Enrolment.id)
    )
    return dict(rows.all())

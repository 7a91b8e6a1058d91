"""Who may be reminded of an activity by a trainer, and who was."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, literal, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, CohortActivity, Enrolment
from peergang.cohorts.rules import EnrolmentRole
from peergang.core.db import Rows
from peergang.curriculum.models import Activity
from peergang.identity.models import User
from peergang.notifications.models import Notice
from peergang.notifications.rules import NoticeState
from peergang.reminders.models import Nudge
from peergang.reminders.queries.tasks import why_not
from peergang.reminders.queries.told import is_told_since

RULE = "trainer_reminder"
ONCE_IN = timedelta(days=7)
"""So long nobody is reminded again of the same activity by a trainer."""

JUST_TOLD = timedelta(days=2)
"""So long after a message of the platform about the same activity a trainer need say nothing."""

AUTOMATIC = ("activity_due_soon", "activity_overdue")
LEFT = (NoticeState.SENT, NoticeState.UNCERTAIN)


def list_remindable(
    session: Session, cohort_id: UUID, enrolment_ids: Collection[UUID], activity_id: UUID, now: datetime
) -> Rows:
    """These participants by name, each with `why` there is nothing to remind of; empty for who can be reminded.

    Columns: enrolment_id, user_id, given_name, name_particle, family_name, why.
    """
    return session.execute(
        select(
            Enrolment.id.label("enrolment_id"),
            Enrolment.user_id,
            User.given_name,
            User.name_particle,
            User.family_name,
            _why(now).label("why"),
        )
        .join(User, User.id == Enrolment.user_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(CohortActivity, CohortActivity.cohort_id == Cohort.id)
        .join(Activity, Activity.id == CohortActivity.activity_id)
        .where(
            Enrolment.cohort_id == cohort_id,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Enrolment.id.in_(list(enrolment_ids)),
            Activity.id == activity_id,
        )
        .order_by(User.sort_key, Enrolment.id)
    ).all()


def _why(now: datetime) -> ColumnElement[str]:
    task = why_not(now)
    automatic = [is_told_since(rule, Activity.id, Enrolment.user_id, now - JUST_TOLD) for rule in AUTOMATIC]
    return case(
        (User.deactivated_at.is_not(None), "deactivated"),
        (task != "", task),
        (is_reminded_since(now - ONCE_IN), "reminded"),
        *((one, "told") for one in automatic),
        else_=literal(""),
    )


def is_reminded_since(moment: datetime) -> ColumnElement[bool]:
    """Whether a trainer had the participant of `Enrolment` reminded of the `Activity` after `moment`."""
    return (
        exists()
        .where(
            Nudge.enrolment_id == Enrolment.id,
            Nudge.activity_id == Activity.id,
            Nudge.asked_at > moment,
            Nudge.withdrawn_at.is_(None),
        )
        .correlate(Enrolment, Activity)
    )


def has_left() -> ColumnElement[bool]:
    """Whether the message of a `Nudge` is out of our hands."""
    return (
        exists()
        .where(
            Notice.rule == RULE,
            Notice.subject_id == Nudge.id,
            Notice.handed_over_at.is_not(None) | Notice.state.in_(LEFT),
        )
        .correlate(Nudge)
    )

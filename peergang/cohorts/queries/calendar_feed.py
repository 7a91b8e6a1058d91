"""What stands in somebody's calendar feed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import (
    ActivityCompletion,
    CalendarFeed,
    CalendarLine,
    Cohort,
    CohortActivity,
    Enrolment,
    Meeting,
)
from peergang.cohorts.queries.due import personal_due_at
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.queries.telling import TOLD
from peergang.cohorts.rules import INVITING, CohortState, EnrolmentRole, MeetingState
from peergang.cohorts.rules.calendar import CANCELLED_STAYS
from peergang.core.db import AnyRow, Rows
from peergang.curriculum.models import Activity, Module
from peergang.identity.models import User
from peergang.notifications.models import Notice


def find_feed(session: Session, token_hash: bytes) -> AnyRow | None:
    """Whose calendar has this address. Columns: user_id, locale, made_at, with_due_dates."""
    return session.execute(
        select(CalendarFeed.user_id, User.locale, CalendarFeed.made_at, CalendarFeed.with_due_dates)
        .join(User, User.id == CalendarFeed.user_id)
        .where(CalendarFeed.token_hash == token_hash, User.deactivated_at.is_(None))
    ).one_or_none()


def find_own_feed(session: Session, user_id: UUID | None) -> AnyRow | None:
    """Somebody's own feed, without its secret. Columns: made_at, with_due_dates."""
    return session.execute(
        select(CalendarFeed.made_at, CalendarFeed.with_due_dates).where(CalendarFeed.user_id == user_id)
    ).one_or_none()


def list_feed_meetings(session: Session, user_id: UUID, now: datetime) -> Rows:
    """The meetings of every cohort that somebody takes part in, as participant or trainer; cancelled ones for a while.

    Columns: meeting_id, title, starts_at, ends_at, place, link, state, cohort_name, changed_at, sequence (the revision, or
    what a mail said before when that is higher: one calendar may read both).
    """
    return session.execute(
        select(
            Meeting.id.label("meeting_id"),
            Meeting.title,
            Meeting.starts_at,
            Meeting.ends_at,
            Meeting.place,
            Meeting.link,
            Meeting.state,
            Cohort.name.label("cohort_name"),
            Meeting.changed_at,
            func.greatest(Meeting.revision, _told(user_id)).label("sequence"),
        )
        .join(Cohort, Cohort.id == Meeting.cohort_id)
        .where(
            _takes_part(user_id),
            Cohort.state != CohortState.PLANNED,
            or_(Meeting.state == MeetingState.PLANNED, Meeting.starts_at > now - CANCELLED_STAYS),
        )
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()


def _takes_part(user_id: UUID) -> ColumnElement[bool]:
    """Whether somebody is in the cohort of the row."""
    return (
        exists()
        .where(
            Enrolment.cohort_id == Cohort.id, Enrolment.user_id == user_id, Enrolment.state.in_(TAKES_PART)
        )
        .correlate(Cohort)
    )


def _told(user_id: UUID) -> ScalarSelect[int]:
    """The highest revision of the meeting of the row that a mail told somebody."""
    return (
        select(func.max(CalendarLine.sequence))
        .join(Notice, Notice.id == CalendarLine.notice_id)
        .where(CalendarLine.meeting_id == Meeting.id, Notice.recipient_id == user_id, Notice.state.in_(TOLD))
        .correlate(Meeting)
        .scalar_subquery()
    )


def list_feed_due(session: Session, user_id: UUID) -> Rows:
    """What somebody has to finish still as a participant, and when.

    Columns: cohort_id, slug, title, title_en, module_code, module_id, due_at.
    """
    return session.execute(
        select(
            CohortActivity.cohort_id,
            Activity.slug,
            Activity.title,
            Activity.title_en,
            Module.code.label("module_code"),
            Module.id.label("module_id"),
            personal_due_at().label("due_at"),
        )
        .select_from(Enrolment)
        .join(Cohort, and_(Cohort.id == Enrolment.cohort_id, Cohort.state.in_(INVITING)))
        .join(CohortActivity, CohortActivity.cohort_id == Cohort.id)
        .join(Activity, Activity.id == CohortActivity.activity_id)
        .join(Module, Module.id == Activity.module_id)
        .where(
            Enrolment.user_id == user_id,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Enrolment.state.in_(TAKES_PART),
            Activity.required,
            Activity.kind != "meeting",
            ~_done(),
        )
        .order_by(CohortActivity.due_at, Activity.slug)
    ).all()


def _done() -> ColumnElement[bool]:
    """Whether the enrolment of the row completed the activity of the row."""
    return (
        exists()
        .where(
            ActivityCompletion.enrolment_id == Enrolment.id,
            ActivityCompletion.activity_id == CohortActivity.activity_id,
        )
        .correlate(Enrolment, CohortActivity)
    )


def get_feed_changed_at(session: Session, user_id: UUID, made_at: datetime) -> datetime:
    """When the meetings in the feed last changed: also when somebody came or left, because then cohorts come and go."""
    row = session.execute(
        select(
            func.greatest(
                func.max(Enrolment.activated_at),
                func.max(Enrolment.withdrawn_at),
                func.max(Enrolment.completed_at),
                func.max(Cohort.opened_at),
            )
        )
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.user_id == user_id)
    ).scalar_one()
    return max(made_at, row or made_at)

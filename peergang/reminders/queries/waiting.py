"""What waits for which trainer: in their hand, suggested to them, or free for all. As in the queue."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import aliased

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import EnrolmentRole
from peergang.coursework.models import Reflection, TrainerAbsence
from peergang.coursework.rules import WAITING, Audience, ReflectionState
from peergang.coursework.rules.going import ANSWERING
from peergang.identity.models import User
from peergang.notifications.catalog import Rows
from peergang.reminders.queries.moments import Expression

trainer = aliased(Enrolment, name="trainer")
author = aliased(Enrolment, name="author")


def _trains(column: Expression) -> ColumnElement[bool]:
    """Whether the person in a column of the `Reflection` trains the cohort now."""
    one = aliased(Enrolment)
    return (
        select(one.id)
        .join(User, User.id == one.user_id)
        .where(
            one.cohort_id == author.cohort_id,
            one.user_id == column,
            one.role == EnrolmentRole.TRAINER,
            one.state.in_(TAKES_PART),
            User.deactivated_at.is_(None),
        )
        .correlate(Reflection, author)
        .exists()
    )


def _owner(now: datetime) -> ColumnElement[UUID | None]:
    """Who has it in hand and in time, else who it is suggested to; nobody when it is free for all. As in the queue."""
    held = (Reflection.state == ReflectionState.IN_REVIEW) & _trains(Reflection.reviewer_id)
    in_time = or_(Reflection.lease_until.is_(None), Reflection.lease_until > now)
    asked = Reflection.lease_until.is_(None) & _trains(Reflection.suggested_reviewer_id)
    return case(
        (held & in_time, Reflection.reviewer_id), (asked, Reflection.suggested_reviewer_id), else_=None
    )


def is_away(day: date) -> ColumnElement[bool]:
    """Whether the person of `trainer` said that they are away on `day`."""
    return (
        select(TrainerAbsence.id)
        .where(
            TrainerAbsence.user_id == trainer.user_id,
            TrainerAbsence.starts_on <= day,
            TrainerAbsence.ends_on >= day,
        )
        .correlate(trainer)
        .exists()
    )


def select_waiting(now: datetime, *columns: Expression) -> Rows:
    """`columns` of every reflection that waits for a trainer, beside every trainer for whom it does."""
    return (
        select(*columns)
        .select_from(trainer)
        .join(Cohort, Cohort.id == trainer.cohort_id)
        .join(author, author.cohort_id == Cohort.id)
        .join(Reflection, Reflection.enrolment_id == author.id)
        .where(
            trainer.role == EnrolmentRole.TRAINER,
            trainer.state.in_(TAKES_PART),
            Cohort.state.in_(ANSWERING),
            author.user_id != trainer.user_id,
            Reflection.state.in_(WAITING),
            Reflection.audience != Audience.PRIVATE,
            Reflection.for_trainer_at.is_not(None),
            func.coalesce(_owner(now), trainer.user_id) == trainer.user_id,
        )
    )

"""To trainers, at most once a working day: so many reflections wait longer than three days."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, String, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import CohortState, EnrolmentRole, EnrolmentState
from peergang.core.clock import at_local, local_date, start_of_day
from peergang.core.i18n import lazy_gettext
from peergang.coursework.models import Reflection
from peergang.coursework.rules import WAITING, Audience
from peergang.coursework.rules.waiting import LONG_DAYS, days_waiting
from peergang.identity.models import User
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind
from peergang.reminders.queries.moments import Expression
from peergang.reminders.rules import UNTIL, daytime

trainer = aliased(Enrolment, name="trainer")
author = aliased(Enrolment, name="author")

_holder = aliased(Enrolment, name="holder")
_IN_HAND = (
    select(_holder.id)
    .join(User, User.id == _holder.user_id)
    .where(
        _holder.cohort_id == author.cohort_id,
        _holder.user_id == Reflection.reviewer_id,
        _holder.role == EnrolmentRole.TRAINER,
        _holder.state.in_(TAKES_PART),
        User.deactivated_at.is_(None),
    )
    .correlate(Reflection, author)
    .exists()
)
"""Whether somebody who still trains the cohort has the `Reflection` of the surrounding select."""


def _waiting(now: datetime, *columns: Expression) -> Rows:
    """Per trainer, what has waited long in the cohorts they train and no colleague has in hand. The queue shows the same."""
    before = start_of_day(local_date(now) - timedelta(days=LONG_DAYS - 1))
    return (
        select(trainer.user_id.label("subject_id"), *columns)
        .join(Cohort, Cohort.id == trainer.cohort_id)
        .join(author, author.cohort_id == Cohort.id)
        .join(Reflection, Reflection.enrolment_id == author.id)
        .where(
            trainer.role == EnrolmentRole.TRAINER,
            trainer.state == EnrolmentState.ACTIVE,
            Cohort.state == CohortState.RUNNING,
            author.user_id != trainer.user_id,
            Reflection.state.in_(WAITING),
            Reflection.audience != Audience.PRIVATE,
            Reflection.submitted_at < before,
            or_(Reflection.reviewer_id == trainer.user_id, ~_IN_HAND),
        )
        .group_by(trainer.user_id)
    )


def _today(now: datetime) -> ColumnElement[str]:
    return literal(local_date(daytime(now)).isoformat(), String)


def standing(now: datetime) -> Rows:
    """Trainers for whom something waits long."""
    return _waiting(
        now,
        trainer.user_id.label("recipient_id"),
        _today(now).label("occurrence"),
        literal("", String).label("blocked"),
    )


def due(now: datetime) -> Rows:
    """The same, for the coming working day. What was not sent by the evening is of no use the next day."""
    moment = daytime(now)
    return _waiting(
        now,
        trainer.user_id.label("recipient_id"),
        _today(now).label("occurrence"),
        literal(moment).label("not_before"),
        literal(at_local(local_date(moment), max(UNTIL, time(23, 59)))).label("expires_at"),
    )


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """How many, and for how long the first of them."""
    rows = session.execute(
        _waiting(now, func.count().label("waiting"), func.min(Reflection.submitted_at).label("since")).where(
            trainer.user_id.in_({claim.recipient_id for claim in claims})
        )
    )
    found = {
        row.subject_id: {
            "path": "/beoordelen",
            "waiting": row.waiting,
            "days": days_waiting(row.since, now),
        }
        for row in rows
    }
    return {claim.id: found[claim.recipient_id] for claim in claims if claim.recipient_id in found}


RULE = Rule(
    name="review_waiting",
    kind=Kind.REMINDER,
    title=lazy_gettext("Er wachten reflecties op jou als trainer"),
    timing=lazy_gettext("Hooguit één keer per werkdag, na drie dagen wachten"),
    reason=lazy_gettext("je trainer bent van een traject waarin reflecties op antwoord wachten"),
    due=due,
    standing=standing,
    content=content,
    shown_to=lambda actor: actor.is_trainer,
)

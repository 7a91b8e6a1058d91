"""To trainers, once a working day: so many reflections were promised an answer by tomorrow."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import ColumnElement, String, case, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import EnrolmentRole
from peergang.core.clock import at_local, local_date
from peergang.core.free_days import free_days
from peergang.core.i18n import lazy_gettext
from peergang.coursework.models import Reflection, TrainerAbsence
from peergang.coursework.rules import WAITING, Audience, ReflectionState
from peergang.coursework.rules.going import ANSWERING
from peergang.coursework.rules.waiting import add_working_days
from peergang.identity.models import User
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind, Section, Urgency
from peergang.reminders.queries.moments import Expression
from peergang.reminders.rules import UNTIL, daytime

trainer = aliased(Enrolment, name="trainer")
author = aliased(Enrolment, name="author")
MONDAY = 0


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


def _is_away(day: date) -> ColumnElement[bool]:
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


def _waiting(now: datetime, *columns: Expression) -> Rows:
    """Per trainer who is there, what has to be answered by the next working day. When all of it is late somebody was told
    before; that is said again on Mondays, also for whoever has it now.
    """
    today = local_date(daytime(now))
    tomorrow = add_working_days(today, 1, free_days((today.year, today.year + 1)))
    found = (
        select(trainer.user_id.label("subject_id"), *columns)
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
            Reflection.promised_on <= tomorrow,
            func.coalesce(_owner(now), trainer.user_id) == trainer.user_id,
            ~_is_away(today),
        )
        .group_by(trainer.user_id)
    )
    return found if today.weekday() == MONDAY else found.having(func.max(Reflection.promised_on) > today)


def _today(now: datetime) -> ColumnElement[str]:
    return literal(local_date(daytime(now)).isoformat(), String)


def standing(now: datetime) -> Rows:
    """Trainers for whom something is due tomorrow."""
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
    """How many, by when, and how many of them are late."""
    today = local_date(daytime(now))
    late = func.count().filter(Reflection.promised_on < today).label("late")
    last = func.max(Reflection.promised_on).label("promised_on")
    rows = session.execute(
        _waiting(now, func.count().label("waiting"), late, last).where(
            trainer.user_id.in_({claim.recipient_id for claim in claims})
        )
    )
    found = {
        row.subject_id: {
            "path": "/beoordelen",
            "waiting": row.waiting,
            "late": row.late,
            "promised_on": row.promised_on,
        }
        for row in rows
    }
    return {claim.id: found[claim.recipient_id] for claim in claims if claim.recipient_id in found}


RULE = Rule(
    name="review_waiting",
    kind=Kind.REMINDER,
    title=lazy_gettext("Er wachten reflecties op jou als trainer"),
    timing=lazy_gettext("De werkdag voordat een antwoord beloofd is, en op maandag over wat te laat is"),
    reason=lazy_gettext("je trainer bent van een traject waarin reflecties op antwoord wachten"),
    due=due,
    standing=standing,
    content=content,
    shown_to=lambda actor: actor.is_trainer,
    urgency=Urgency.HIGH,
    section=Section.TRAINING,
)

"""To trainers, once a working day: so many reflections were promised an answer by tomorrow."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from uuid import UUID

from sqlalchemy import ColumnElement, String, func, literal
from sqlalchemy.orm import Session

from peergang.core.clock import at_local, local_date
from peergang.core.free_days import free_days
from peergang.core.i18n import lazy_gettext
from peergang.coursework.models import Reflection
from peergang.coursework.rules.waiting import add_working_days
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind, Section, Urgency
from peergang.reminders.queries.moments import Expression
from peergang.reminders.queries.waiting import is_away, select_waiting, trainer
from peergang.reminders.rules import UNTIL, daytime

MONDAY = 0


def _waiting(now: datetime, *columns: Expression) -> Rows:
    """Per trainer who is there, what has to be answered by the next working day. When all of it is late somebody was told
    before; that is said again on Mondays, also for whoever has it now.
    """
    today = local_date(daytime(now))
    tomorrow = add_working_days(today, 1, free_days((today.year, today.year + 1)))
    found = (
        select_waiting(now, trainer.user_id.label("subject_id"), *columns)
        .where(Reflection.promised_on <= tomorrow, ~is_away(today))
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
    known_to_organisers=True,
    by_time=True,
)

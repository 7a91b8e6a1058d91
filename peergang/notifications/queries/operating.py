"""What who looks after the mail sees of the ledger: how long things wait, how fast they go, what failed and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from peergang.core.db import Rows
from peergang.identity.models import User
from peergang.notifications.models import AddressSuspension, Notice, SendingPause
from peergang.notifications.rules import UNSETTLED, NoticeState, PauseScope

HOURS = 24
DAYS = 14
RECENT = timedelta(days=7)
"""How far the tables with outcomes and failures look back."""

SUSPENSIONS = 50

NAME = (User.given_name, User.name_particle, User.family_name)


@dataclass(frozen=True, slots=True)
class Selection:
    """Messages to send once more: of one state, one reason, one rule or all, that ended within a period."""

    state: NoticeState
    reason: str
    since: datetime
    until: datetime
    rule: str = ""

    def matches(self, now: datetime) -> ColumnElement[bool]:
        """The condition on `Notice`. What it says must be of use still."""
        return and_(
            Notice.state == self.state,
            Notice.reason == self.reason,
            Notice.finished_at >= self.since,
            Notice.finished_at <= self.until,
            Notice.expires_at > now,
            *((Notice.rule == self.rule,) if self.rule else ()),
        )


def list_rates(session: Session, now: datetime) -> tuple[dict[datetime, int], dict[datetime, int]]:
    """Messages sent by the hour of the last day, and by the day of the last two weeks; days are those of Amsterdam.

    A message that holds several notices counts once. Hours and days without any are left out.
    """
    message = func.count(func.coalesce(Notice.mail_id, Notice.id).distinct())
    found: list[dict[datetime, int]] = []
    for part, since in (("hour", timedelta(hours=HOURS)), ("day", timedelta(days=DAYS))):
        begin = func.date_trunc(part, Notice.finished_at, "Europe/Amsterdam").label("begin")
        rows = session.execute(
            select(begin, message)
            .where(Notice.state == NoticeState.SENT, Notice.finished_at > now - since)
            .group_by(begin)
        )
        found.append({row[0]: row[1] for row in rows})
    return found[0], found[1]


def list_outcomes(session: Session, now: datetime) -> Rows:
    """How what ended lately ended: (state, reason, number), the most frequent first."""
    number = func.count().label("number")
    return session.execute(
        select(Notice.state, Notice.reason, number)
        .where(Notice.finished_at > now - RECENT, Notice.state.not_in(UNSETTLED))
        .group_by(Notice.state, Notice.reason)
        .order_by(number.desc(), Notice.state, Notice.reason)
    ).all()


def list_failures(session: Session, now: datetime) -> Rows:
    """What waits for a human, together: (state, reason, rule, number, first, last, in_time), the most first.

    `in_time` is how many of them may go out still.
    """
    number = func.count().label("number")
    return session.execute(
        select(
            Notice.state,
            Notice.reason,
            Notice.rule,
            number,
            func.min(Notice.finished_at).label("first"),
            func.max(Notice.finished_at).label("last"),
            func.count().filter(Notice.expires_at > now).label("in_time"),
        )
        .where(Notice.state.in_(UNSETTLED))
        .group_by(Notice.state, Notice.reason, Notice.rule)
        .order_by(number.desc(), Notice.state, Notice.reason, Notice.rule)
        .limit(100)
    ).all()


def list_in_doubt(session: Session, state: NoticeState | None, page: int, size: int) -> Rows:
    """Messages that wait for a human one by one, the newest first.

    Columns: id, rule, state, reason, attempts, finished_at, expires_at, given_name, name_particle, family_name, email, total.
    """
    states = (state,) if state else UNSETTLED
    return session.execute(
        select(
            Notice.id,
            Notice.rule,
            Notice.state,
            Notice.reason,
            Notice.attempts,
            Notice.finished_at,
            Notice.expires_at,
            *NAME,
            User.email,
            func.count().over().label("total"),
        )
        .join(User, User.id == Notice.recipient_id)
        .where(Notice.state.in_(states))
        .order_by(Notice.finished_at.desc(), Notice.id)
        .limit(size)
        .offset((page - 1) * size)
    ).all()


def list_pauses(session: Session, now: datetime) -> Rows:
    """What is held back: (id, scope, key, why, since, by_id, given_name, name_particle, family_name, waiting).

    `waiting` is the number of notices that would be due by now.
    """
    mine = case(
        (SendingPause.scope == PauseScope.ALL, literal(True)),
        (SendingPause.scope == PauseScope.RULE, Notice.rule == SendingPause.key),
        else_=cast(Notice.cohort_id, String) == SendingPause.key,
    )
    waiting = (
        select(func.count())
        .where(Notice.state == NoticeState.QUEUED, Notice.not_before <= now, mine)
        .correlate(SendingPause)
        .scalar_subquery()
    )
    columns: tuple[Any, ...] = (SendingPause.scope, SendingPause.key, SendingPause.why, SendingPause.since)
    return session.execute(
        select(SendingPause.id, *columns, SendingPause.by_id, *NAME, waiting.label("waiting"))
        .outerjoin(User, User.id == SendingPause.by_id)
        .order_by(SendingPause.since, SendingPause.id)
    ).all()


def list_suspensions(session: Session) -> Rows:
    """Addresses that refuse mail, the newest first: (address, since, reason, user_id, given_name, name_particle,
    family_name), at most SUSPENSIONS.
    """
    return session.execute(
        select(
            AddressSuspension.address,
            AddressSuspension.since,
            AddressSuspension.reason,
            AddressSuspension.user_id,
            *NAME,
        )
        .outerjoin(User, User.id == AddressSuspension.user_id)
        .order_by(AddressSuspension.since.desc(), AddressSuspension.address)
        .limit(SUSPENSIONS)
    ).all()


def count_selected(session: Session, selection: Selection, now: datetime) -> int:
    """How many messages a replay of `selection` would send again."""
    return session.scalar(select(func.count()).select_from(Notice).where(selection.matches(now))) or 0


def list_rule_outcomes(session: Session, now: datetime) -> dict[str, dict[str, int]]:
    """By rule, how many notices ended how lately, and how many wait; a state without any is left out."""
    open_states = (NoticeState.QUEUED, NoticeState.CLAIMED)
    rows = session.execute(
        select(Notice.rule, Notice.state, func.count())
        .where(or_(Notice.state.in_(open_states), Notice.finished_at > now - RECENT))
        .group_by(Notice.rule, Notice.state)
    )
    found: dict[str, dict[str, int]] = {}
    for rule, state, number in rows:
        found.setdefault(rule, {})[state] = number
    return found


def count_pauses(session: Session) -> dict[str, int]:
    """How much is held back by operators, by what kind; a kind without any is 0."""
    rows = session.execute(select(SendingPause.scope, func.count()).group_by(SendingPause.scope))
    return dict.fromkeys(map(str, PauseScope), 0) | dict(rows.all())


def warn_of_pauses(session: Session) -> str:
    """A sentence for the operator while mail is held back; else an empty one."""
    held = [f"{scope} ({number})" for scope, number in count_pauses(session).items() if number]
    return f"mail is held back: {', '.join(held)}; see peergang notices queue" if held else ""

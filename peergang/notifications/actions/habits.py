"""What is known of many people at the moment of judging: choices, quiet days, and what they were mailed lately.

Small statements that each read one table for all of them: most people are in none of them, and for whoever is in none there is
nothing to build.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from peergang.core.clock import local_date
from peergang.identity.models import SignInSession, User
from peergang.notifications.catalog import list_quiet_days
from peergang.notifications.models import AddressSuspension, Notice, NoticeChoice, NoticeHabits
from peergang.notifications.rules import Calm, Delivery, Habits, NoticeState, Rhythm, Urgency
from peergang.notifications.rules.judging import HERE, WEEK

AHEAD = timedelta(days=70)
"""So far quiet days are looked for: the summer holidays take six weeks, and the one who is away longer is asked again."""

Periods = dict[UUID, tuple[tuple[date, date], ...]]


def read_habits(session: Session, ids: Collection[UUID], *, now: datetime) -> dict[UUID, Habits]:
    """The habits of these people, in a number of statements that does not depend on how many they are."""
    people = list(ids)
    zones = _pairs(session, select(User.id, User.time_zone), User.id, people)
    chosen = _choices(session, people)
    kept = {
        one.user_id: one
        for one in session.scalars(select(NoticeHabits).where(_among(NoticeHabits.user_id)), {"ids": people})
    }
    letters = _mailed(now)
    mailed = _pairs(session, letters, letters.selected_columns.recipient_id, people)
    used = _pairs(session, _used(now), SignInSession.user_id, people)
    suspended = _pairs(session, _SUSPENDED, User.id, people)
    free, away = _quiet_days(session, people, local_date(now) - timedelta(days=1))
    known = {*chosen, *kept, *mailed, *used, *suspended, *free, *away}
    found: dict[UUID, Habits] = {}
    for person, zone in zones.items():
        if person not in known:
            found[person] = _plain(zone)
            continue
        calm, rhythm, per_week = _calm(zone, kept.get(person), free.get(person, ()), away.get(person, ()))
        found[person] = Habits(
            calm,
            chosen.get(person, {}),
            rhythm,
            mailed.get(person, 0),
            used.get(person),
            person in suspended,
            *((per_week,) if per_week else ()),
        )
    return found


@lru_cache(maxsize=256)
def _plain(zone: str) -> Habits:
    """Of whoever never chose anything, which is most people."""
    return Habits(Calm(zone=zone))


def _calm(
    zone: str,
    kept: NoticeHabits | None,
    free: tuple[tuple[date, date], ...],
    away: tuple[tuple[date, date], ...],
) -> tuple[Calm, Rhythm | None, int | None]:
    """Their quiet time, rhythm and budget; who never chose anything has no row, and the defaults."""
    if kept is None:
        return Calm(zone=zone, free=free, away=away), None, None
    if kept.away_from is not None or kept.away_until is not None:
        away = (*away, (kept.away_from or date.min, kept.away_until or date.max))
    calm = Calm(
        zone, kept.quiet_from, kept.quiet_until, kept.weekends, free if kept.school_holidays else (), away
    )
    return calm, Rhythm(kept.rhythm) if kept.rhythm else None, kept.per_week


def _choices(session: Session, people: Sequence[UUID]) -> dict[UUID, dict[str, Delivery]]:
    found: dict[UUID, dict[str, Delivery]] = defaultdict(dict)
    rows = select(NoticeChoice.user_id, NoticeChoice.rule, NoticeChoice.delivery)
    for person, rule, delivery in session.execute(rows.where(_among(NoticeChoice.user_id)), {"ids": people}):
        found[person][rule] = Delivery(delivery)
    return found


def _quiet_days(session: Session, people: Sequence[UUID], first: date) -> tuple[Periods, Periods]:
    found: tuple[Periods, Periods] = ({}, {})
    for source in list_quiet_days():
        rows = source.select(first, first + AHEAD).subquery("quiet")
        wanted = select(rows).where(_among(rows.c.user_id)).order_by(rows.c.starts_on, rows.c.ends_on)
        kind = found[source.away]
        for person, starts_on, ends_on in session.execute(wanted, {"ids": people}):
            kind[person] = (*kind.get(person, ()), (starts_on, ends_on))
    return found


def _mailed(now: datetime) -> Select[UUID, int]:
    """Messages that count for the week; one that is on its way, or may have arrived, is one as well. One with anything in it
    that MUST be known asked for no room, and takes none.
    """
    letters = (
        select(Notice.recipient_id, Notice.mail_id)
        .where(
            Notice.mail_id.is_not(None),
            Notice.handed_over_at > now - WEEK,
            Notice.state.in_((NoticeState.SENT, NoticeState.CLAIMED, NoticeState.UNCERTAIN)),
        )
        .group_by(Notice.recipient_id, Notice.mail_id)
        .having(func.max(Notice.urgency) < Urgency.MUST)
        .subquery("letters")
    )
    return select(letters.c.recipient_id, func.count()).group_by(letters.c.recipient_id)


def _used(now: datetime) -> Select[UUID, datetime | None]:
    """Who used the site just now; when somebody did so longer ago is of no interest."""
    return (
        select(SignInSession.user_id, func.max(SignInSession.last_used_at))
        .where(SignInSession.last_used_at >= now - HERE)
        .group_by(SignInSession.user_id)
    )


_SUSPENDED = select(User.id, AddressSuspension.since).join(
    AddressSuspension, AddressSuspension.address == User.email
)


def _among(column: ColumnElement[Any] | InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    return column == func.any(bindparam("ids", type_=ARRAY(Uuid())))


def _pairs(
    session: Session,
    rows: Select[UUID, Any],
    person: ColumnElement[Any] | InstrumentedAttribute[UUID],
    people: Sequence[UUID],
) -> dict[UUID, Any]:
    return {row[0]: row[1] for row in session.execute(rows.where(_among(person)), {"ids": people})}

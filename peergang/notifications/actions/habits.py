"""What is known of many people at the moment of judging: choices, quiet days, and what they were mailed lately.

Small statements that each read one table for all of them: most people are in none of them, and for whoever is in none there is
nothing to build.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Select, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from peergang.core.clock import local_date
from peergang.core.db import AnyRow
from peergang.core.given import any_given, as_array
from peergang.core.prepared import Prepared
from peergang.identity.models import SignInSession, User
from peergang.notifications.catalog import list_quiet_days
from peergang.notifications.models import AddressSuspension, Notice, NoticeChoice, NoticeHabits
from peergang.notifications.rules import Calm, Delivery, Habits, NoticeState, Rhythm, Urgency
from peergang.notifications.rules.judging import HERE, WEEK

AHEAD = timedelta(days=70)
"""So far quiet days are looked for: the summer holidays take six weeks, and the one who is away longer is asked again."""

Periods = dict[UUID, tuple[tuple[date, date], ...]]


def read_habits(
    session: Session, ids: Collection[UUID], *, now: datetime, judged: Collection[UUID] = ()
) -> dict[UUID, Habits]:
    """The habits of these people, in a number of statements that does not depend on how many they are.

    `judged`: notices that are not counted as mailed, because whether they go is the question.
    """
    people = as_array(ids)
    zones: dict[UUID, str] = dict(_ZONES.all(session, ids=people))
    chosen = _choices(session, people)
    kept = {one.user_id: one for one in _KEPT.all(session, ids=people)}
    mailed: dict[UUID, int] = dict(
        _MAILED.all(session, ids=people, since=now - WEEK, judged=as_array(judged))
    )
    used: dict[UUID, datetime] = dict(_USED.all(session, ids=people, since=now - HERE))
    suspended = {one.id for one in _SUSPENDED.all(session, ids=people)}
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
    kept: AnyRow | None,
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


def _choices(session: Session, people: str) -> dict[UUID, dict[str, Delivery]]:
    found: dict[UUID, dict[str, Delivery]] = defaultdict(dict)
    for person, rule, delivery in _CHOSEN.all(session, ids=people):
        found[person][rule] = Delivery(delivery)
    return found


def _quiet_days(session: Session, people: str, first: date) -> tuple[Periods, Periods]:
    found: tuple[Periods, Periods] = ({}, {})
    for source in list_quiet_days():
        rows = source.select(first, first + AHEAD).subquery("quiet")
        wanted = select(rows).where(_among(rows.c.user_id)).order_by(rows.c.starts_on, rows.c.ends_on)
        kind = found[source.away]
        for person, starts_on, ends_on in session.execute(wanted, {"ids": people}):
            kind[person] = (*kind.get(person, ()), (starts_on, ends_on))
    return found


def _mailed() -> Select[UUID, int]:
    """Messages that count for the week; one that is on its way, or may have arrived, is one as well. One with anything in it
    that MUST be known asked for no room, and takes none.
    """
    letters = (
        select(Notice.recipient_id, Notice.mail_id)
        .where(
            _among(Notice.recipient_id),
            Notice.mail_id.is_not(None),
            Notice.handed_over_at > _SINCE,
            Notice.state.in_((NoticeState.SENT, NoticeState.CLAIMED, NoticeState.UNCERTAIN)),
            # Marked as handed over by a worker that then found its check too old, and asks once more.
            ~(Notice.id == any_given("judged")),
        )
        .group_by(Notice.recipient_id, Notice.mail_id)
        .having(func.max(Notice.urgency) < Urgency.MUST)
        .subquery("letters")
    )
    return select(letters.c.recipient_id, func.count()).group_by(letters.c.recipient_id)


def _used() -> Select[UUID, datetime | None]:
    """Who used the site just now; when somebody did so longer ago is of no interest."""
    return (
        select(SignInSession.user_id, func.max(SignInSession.last_used_at))
        .where(_among(SignInSession.user_id), SignInSession.last_used_at >= _SINCE)
        .group_by(SignInSession.user_id)
    )


def _among(column: ColumnElement[Any] | InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    among: ColumnElement[bool] = column == any_given("ids")
    return among


_SINCE = bindparam("since", type_=DateTime(timezone=True))
_ZONES = Prepared(select(User.id, User.time_zone).where(_among(User.id)))
_CHOSEN = Prepared(
    select(NoticeChoice.user_id, NoticeChoice.rule, NoticeChoice.delivery).where(_among(NoticeChoice.user_id))
)
_KEPT = Prepared(select(*NoticeHabits.__table__.columns).where(_among(NoticeHabits.user_id)))
_MAILED, _USED = Prepared(_mailed()), Prepared(_used())
_SUSPENDED = Prepared(
    select(User.id).join(AddressSuspension, AddressSuspension.address == User.email).where(_among(User.id))
)

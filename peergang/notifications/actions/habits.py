"""What is known of many people at the moment of judging: choices, quiet days, and what they were mailed lately."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, bindparam, distinct, func, select
from sqlalchemy.orm import Session

from peergang.core.clock import local_date
from peergang.core.db import AnyRow
from peergang.identity.models import SignInSession, User
from peergang.notifications.catalog import list_quiet_days
from peergang.notifications.models import AddressSuspension, Notice, NoticeChoice, NoticeHabits
from peergang.notifications.rules import Calm, Delivery, Habits, NoticeState, Rhythm, Urgency
from peergang.notifications.rules.judging import WEEK

AHEAD = timedelta(days=70)
"""So far quiet days are looked for: the summer holidays take six weeks, and the one who is away longer is asked again."""

Periods = dict[UUID, list[tuple[date, date]]]


def read_habits(session: Session, ids: Collection[UUID], *, now: datetime) -> dict[UUID, Habits]:
    """The habits of these people, in a number of statements that does not depend on how many they are."""
    free, away = _quiet_days(session, ids, local_date(now) - timedelta(days=1))
    rows = session.execute(_people(now), {"ids": list(ids)})
    return {row.id: _habits(row, free.get(row.id, []), away.get(row.id, [])) for row in rows}


def _habits(row: AnyRow, free: list[tuple[date, date]], away: list[tuple[date, date]]) -> Habits:
    choices = {rule: Delivery(delivery) for rule, delivery in (row.choices or {}).items()}
    if row.rhythm is None:
        # Who never chose anything has no row, and the defaults of the class.
        return Habits(
            Calm(zone=row.time_zone, free=free, away=away),
            choices,
            None,
            row.mailed,
            row.used_at,
            row.suspended,
        )
    if row.away_from is not None or row.away_until is not None:
        away = [*away, (row.away_from or date.min, row.away_until or date.max)]
    calm = Calm(
        zone=row.time_zone,
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
        weekends=row.weekends,
        free=free if row.school_holidays else (),
        away=away,
    )
    rhythm = Rhythm(row.rhythm) if row.rhythm else None
    return Habits(calm, choices, rhythm, row.mailed, row.used_at, row.suspended, row.per_week)


def _quiet_days(session: Session, ids: Collection[UUID], first: date) -> tuple[Periods, Periods]:
    found: tuple[Periods, Periods] = (defaultdict(list), defaultdict(list))
    for source in list_quiet_days():
        rows = source.select(first, first + AHEAD).subquery("quiet")
        wanted = select(rows).where(rows.c.user_id == func.any(bindparam("ids", type_=ARRAY(Uuid()))))
        for user_id, starts_on, ends_on in session.execute(wanted, {"ids": list(ids)}):
            found[source.away][user_id].append((starts_on, ends_on))
    return found


def _people(now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            User.id,
            User.time_zone,
            NoticeHabits.rhythm,
            NoticeHabits.per_week,
            NoticeHabits.quiet_from,
            NoticeHabits.quiet_until,
            NoticeHabits.weekends,
            NoticeHabits.school_holidays,
            NoticeHabits.away_from,
            NoticeHabits.away_until,
            _choices().label("choices"),
            _mailed(now).label("mailed"),
            _used_at().label("used_at"),
            select(AddressSuspension.address)
            .where(AddressSuspension.address == User.email)
            .correlate(User)
            .exists()
            .label("suspended"),
        )
        .outerjoin(NoticeHabits, NoticeHabits.user_id == User.id)
        .where(User.id == func.any(bindparam("ids", type_=ARRAY(Uuid()))))
    )


def _choices() -> ColumnElement[dict[str, str] | None]:
    return (
        select(func.jsonb_object_agg(NoticeChoice.rule, NoticeChoice.delivery))
        .where(NoticeChoice.user_id == User.id)
        .correlate(User)
        .scalar_subquery()
    )


def _mailed(now: datetime) -> ColumnElement[int | None]:
    """Messages that count for the week; one that is on its way, or may have arrived, is one as well."""
    return (
        select(func.count(distinct(Notice.mail_id)))
        .where(
            Notice.recipient_id == User.id,
            Notice.mail_id.is_not(None),
            Notice.handed_over_at > now - WEEK,
            Notice.state.in_((NoticeState.SENT, NoticeState.CLAIMED, NoticeState.UNCERTAIN)),
            Notice.urgency < Urgency.MUST,
        )
        .correlate(User)
        .scalar_subquery()
    )


def _used_at() -> ColumnElement[datetime | None]:
    return (
        select(func.max(SignInSession.last_used_at))
        .where(SignInSession.user_id == User.id)
        .correlate(User)
        .scalar_subquery()
    )

"""What there is of the history: which days, which are missing, and what may be thinned."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Date, DateTime, bindparam, cast, func, literal, select
from sqlalchemy.orm import Session

from peergang.core.prepared import Prepared
from peergang.progress.models import SnapshotDay
from peergang.progress.rules.history import MADE_UP, AsOf, first_monday_kept_daily, is_of_evening
from peergang.progress.rules.moment import Moment

_nearest = (
    select(SnapshotDay.day, SnapshotDay.made_up, SnapshotDay.taken_at)
    .where(SnapshotDay.day <= bindparam("day", type_=Date))
    .order_by(SnapshotDay.day.desc())
    .limit(1)
    .subquery("nearest")
)
_first = select(func.min(SnapshotDay.day).label("day")).subquery("first")
_AS_OF = Prepared(
    select(
        _first.c.day.label("first_day"), _nearest.c.day, _nearest.c.made_up, _nearest.c.taken_at
    ).select_from(_first.outerjoin(_nearest, literal(1) == 1))
)


def find_as_of(session: Session, at: Moment) -> AsOf | None:
    """What is known of the past day that `at` asks for, for templates/progress/as_of.html; None for the present."""
    if not at.past:
        return None
    row = _AS_OF.one(session, day=at.today)
    return AsOf(at.today, row.day, row.first_day, bool(row.made_up), row.taken_at)


def list_missed_days(session: Session, today: date) -> Sequence[date]:
    """The days since the first snapshot, at most two weeks back and before today, of which there is none: none
    at all, or one that was taken before the evening, when the day was not over.
    """
    first = session.scalar(select(func.min(SnapshotDay.day)))
    if first is None:
        return []
    since = max(first, today - MADE_UP)
    rows = session.execute(
        select(SnapshotDay.day, SnapshotDay.taken_at).where(SnapshotDay.day >= since, SnapshotDay.day < today)
    )
    there = {row.day for row in rows if is_of_evening(row.day, row.taken_at)}
    days = ((since + timedelta(days=number)) for number in range((today - since).days))
    return [day for day in days if day not in there]


def list_thick_weeks(session: Session, today: date) -> Sequence[date]:
    """The Mondays of weeks older than a quarter of which more than one day is kept, the oldest first."""
    monday = cast(func.date_trunc("week", cast(SnapshotDay.day, DateTime)), Date)
    return session.scalars(
        select(monday)
        .where(SnapshotDay.day < first_monday_kept_daily(today))
        .group_by(monday)
        .having(func.count() > 1)
        .order_by(monday)
    ).all()

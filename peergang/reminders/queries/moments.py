"""Days and times of day on Amsterdam's clock, computed by the database, so that a rule stays one statement.

A day is a calendar day there, never 24 hours: the morning before a meeting is half past eight also when the clock changed
in the night between.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    SQLColumnExpression,
    String,
    case,
    cast,
    extract,
    func,
    literal,
)

from peergang.core.db import AMSTERDAM, local_day
from peergang.reminders.rules import MORNING

Expression = SQLColumnExpression[Any]
"""A column or anything computed from columns."""

_MORNING = timedelta(hours=MORNING.hour, minutes=MORNING.minute)


def day_of(moment: Expression) -> ColumnElement[datetime]:
    """The calendar day of `moment`, as a timestamp at midnight without a zone."""
    return cast(local_day(moment), DateTime())


def morning_of(day: Expression) -> ColumnElement[datetime]:
    """Half past eight on `day`, as a moment."""
    return func.timezone(AMSTERDAM, day + literal(_MORNING))


def days_before(day: Expression, number: int) -> ColumnElement[datetime]:
    """So many days before `day`; where that is a weekend, the Friday before it."""
    earlier = day - literal(timedelta(days=number))
    return earlier - _days(func.greatest(_weekday(earlier) - 5, 0))


def days_after(day: Expression, number: int) -> ColumnElement[datetime]:
    """So many days after `day`; where that is a weekend, the Monday after it."""
    later = day + literal(timedelta(days=number))
    return later + _days(case((_weekday(later) > 5, 8 - _weekday(later)), else_=0))


def stamp(moment: Expression) -> ColumnElement[str]:
    """`moment` to the minute in UTC, "2026-11-19T16:00Z": the part of an occurrence that a new deadline changes."""
    return cast(func.to_char(func.timezone("UTC", moment), 'YYYY-MM-DD"T"HH24:MI"Z"'), String)


def _weekday(day: Expression) -> ColumnElement[int]:
    return cast(extract("isodow", day), Integer)


def _days(number: ColumnElement[int]) -> ColumnElement[timedelta]:
    return func.make_interval(0, 0, 0, number)

"""How long a reflection waits for a trainer, what the author was promised, and for how long somebody has it in hand."""

from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from enum import StrEnum

from peergang.core.clock import local_date

PROMISE_DAYS = 5
"""The promise to authors: an answer within so many working days after the day on which the trainer was asked."""

LEASE = timedelta(minutes=30)
"""So long a trainer keeps a reflection in hand after the last sign of work."""

TIME_TO_TALK = timedelta(days=14)
"""So long a reflection stays with who wants to talk first. Then it is in the queue again, and its author can write on."""

A_DAY = timedelta(days=1)
SATURDAY = 5


class Wait(StrEnum):
    """How urgent the wait is: an answer is due later, today or tomorrow, or it is late."""

    FRESH = "fresh"
    LONG = "long"
    TOO_LONG = "too_long"


def days_waiting(since: datetime, now: datetime) -> int:
    """Whole calendar days in Amsterdam since `since`; never below zero."""
    return max(0, (local_date(now) - local_date(since)).days)


def is_working_day(day: date, free: AbstractSet[date]) -> bool:
    """Whether trainers work on `day`; `free` are the days on which schools are closed everywhere."""
    return day.weekday() < SATURDAY and day not in free


def add_working_days(day: date, number: int, free: AbstractSet[date]) -> date:
    """The working day that is `number` of them after `day`."""
    found = day
    while number > 0:
        found += A_DAY
        number -= is_working_day(found, free)
    return found


def promise_for(since: datetime, free: AbstractSet[date]) -> date:
    """The last day on which an answer is in time. The day of asking itself does not count, whatever day it is."""
    return add_working_days(local_date(since), PROMISE_DAYS, free)


def working_days_late(promised: date, today: date, free: AbstractSet[date]) -> int:
    """The working days since `promised`, today among them; at least one once it has passed."""
    days = (promised + A_DAY * number for number in range(1, (today - promised).days + 1))
    return max(sum(is_working_day(day, free) for day in days), int(today > promised))


def wait_of(promised: date | None, today: date) -> Wait:
    """How urgent it is today."""
    if promised is None or promised > today + A_DAY:
        return Wait.FRESH
    return Wait.LONG if promised >= today else Wait.TOO_LONG


def has_lapsed(lease_until: datetime | None, now: datetime) -> bool:
    """Whether what somebody had in hand is free again. Without an end it stays with them."""
    return lease_until is not None and lease_until <= now

"""How long a reflection has been waiting for a trainer, and when that is long."""

from datetime import date, datetime
from enum import StrEnum

from peergang.core.clock import local_date

LONG_DAYS = 3
TOO_LONG_DAYS = 5
"""The promise to authors: an answer within five days."""


class Wait(StrEnum):
    """How urgent the wait is."""

    FRESH = "fresh"
    LONG = "long"
    TOO_LONG = "too_long"


def days_waiting(since: datetime, now: datetime) -> int:
    """Whole calendar days in Amsterdam since `since`; never below zero."""
    return days_until(local_date(now), since)


def days_until(today: date, since: datetime) -> int:
    """The same for who asks it for many, and knows what day it is."""
    return max(0, (today - local_date(since)).days)


def wait_of(days: int) -> Wait:
    """How urgent a wait of so many days is."""
    if days > TOO_LONG_DAYS:
        return Wait.TOO_LONG
    return Wait.LONG if days >= LONG_DAYS else Wait.FRESH

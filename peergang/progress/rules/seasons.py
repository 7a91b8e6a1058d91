"""The halves of a school year, working days, and the promise of feedback within five of them."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from peergang.core.free_days import public_holidays

FEEDBACK_DAYS = 5
"""Working days within which an author should hear something."""

FEEDBACK_PERIOD = timedelta(days=182)
"""How far back the share of quick feedback looks."""

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Season:
    """Half a school year: autumn from August, spring from February."""

    autumn: bool
    year: int
    since: date


def season_of(day: date) -> Season:
    """The half of the school year that `day` belongs to. January still belongs to the autumn before it."""
    if day.month >= 8:
        return Season(True, day.year, date(day.year, 8, 1))
    if day.month == 1:
        return Season(True, day.year - 1, date(day.year - 1, 8, 1))
    return Season(False, day.year, date(day.year, 2, 1))


def feedback_deadline(submitted: date) -> date:
    """The last day on which feedback on something of `submitted` is quick: five working days later."""
    return _after_working_days(submitted, FEEDBACK_DAYS)


@lru_cache(maxsize=8)
def list_deadlines(until: date) -> tuple[tuple[date, date], ...]:
    """Every day of the period up to `until`, with the day by which feedback should be there. The same all day long."""
    first = until - FEEDBACK_PERIOD
    days = (first + timedelta(days=number) for number in range(FEEDBACK_PERIOD.days + 1))
    return tuple((day, feedback_deadline(day)) for day in days)


def is_working_day(day: date) -> bool:
    """Monday to Friday, without the public holidays of the Netherlands."""
    return day.weekday() < SATURDAY and day not in public_holidays(day.year)


def _after_working_days(day: date, number: int) -> date:
    while number:
        day += timedelta(days=1)
        number -= is_working_day(day)
    return day

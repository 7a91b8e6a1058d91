"""Moving the meetings of an earlier cohort to a new start: by whole weeks, round free days."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from peergang.core.clock import at_local, local

A_WEEK = timedelta(weeks=1)
LONGEST_BREAK = 10
"""Weeks that a meeting may be moved on; a longer free period than this is a mistake in the list."""


@dataclass(frozen=True, slots=True)
class MovedDay:
    """Where a day of the earlier cohort comes. `skipped` are the free days on which it would have been."""

    day: date
    skipped: tuple[date, ...] = ()


def weeks_between(old_start: date, new_start: date) -> int:
    """By how many whole weeks to move, so that nothing comes before the new first day."""
    return -((old_start - new_start).days // 7)


def propose_start(old_start: date, today: date) -> date:
    """A first day for the copy: the same weekday, a whole number of half years later and at least two weeks from now."""
    found = old_start
    while found < today + 2 * A_WEEK:
        found += 26 * A_WEEK
    return found


def move_days(days: Sequence[date], weeks: int, free: frozenset[date]) -> list[MovedDay]:
    """`days`, in the order of time, moved by `weeks` and then on by a week for as long as they are free.

    What came after another still comes after it; two on one day stay on one day.
    """
    found: list[MovedDay] = []
    for index, old in enumerate(days):
        day = old + weeks * A_WEEK
        skipped: list[date] = []
        before = found[-1].day if found else None
        apart = index > 0 and days[index - 1] < old
        while len(skipped) < LONGEST_BREAK and day in free:
            skipped.append(day)
            day += A_WEEK
        while before is not None and (day <= before if apart else day < before):
            day += A_WEEK
        # Making room may have ended on a free day again.
        while len(skipped) < LONGEST_BREAK and day in free:
            skipped.append(day)
            day += A_WEEK
        found.append(MovedDay(day, tuple(skipped)))
    return found


def move_moment(moment: datetime, day: date) -> datetime:
    """`moment` on another day, at the same time on the wall clock of Amsterdam."""
    return at_local(day, local(moment).time())


def propose_name(name: str, old_start: date, new_start: date) -> str:
    """The name for the copy: its years moved along, and the season too when it is the other half of the year."""
    years = new_start.year - old_start.year
    found = re.sub(r"\b20\d\d\b", lambda year: str(int(year.group()) + years), name)
    if (old_start.month < 8) != (new_start.month < 8):
        found = re.sub(r"\b(voorjaar|najaar)\b", _other_season, found, flags=re.IGNORECASE)
    return found


def _other_season(season: re.Match[str]) -> str:
    other = "najaar" if season.group().lower() == "voorjaar" else "voorjaar"
    return other.capitalize() if season.group()[0].isupper() else other

"""A pause that somebody fills in: from one day up to and including another."""

from calendar import monthrange
from datetime import date


def suggest_end(first: date, last: date) -> date:
    """What somebody probably meant who wrote an end before the start: the same day of the first month that fits."""
    year, month = first.year, first.month
    while True:
        day = date(year, month, min(last.day, monthrange(year, month)[1]))
        if day >= first:
            return day
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def find_pause_problem(first: date | None, last: date | None, today: date) -> str:
    """Why this pause cannot be: a code, or nothing. An empty first day means today."""
    if last is None:
        return "away_endless" if first is not None else ""
    if last < (first or last):
        return "away_backward"
    return "away_past" if last < today else ""

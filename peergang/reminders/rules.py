"""When somebody may be bothered: by day, and with things that can wait not in the weekend. All on Amsterdam's clock."""

from datetime import date, timedelta

from peergang.notifications.rules import FROM, MORNING, SATURDAY, UNTIL, daytime

__all__ = [
    "FROM",
    "HOLIDAY",
    "MORNING",
    "PLAN_AHEAD",
    "SATURDAY",
    "SILENCE",
    "UNTIL",
    "daytime",
    "monday_of",
    "week_name",
]

PLAN_AHEAD = timedelta(hours=12)
"""Notices of the morning stand ready the evening before, so that they all leave at half past eight."""

SILENCE = timedelta(days=21)
"""Three weeks without anything done; as long as for who looks after participation (progress/rules/attention.py)."""

HOLIDAY = timedelta(days=3)
"""A free period of more days than this is a holiday, in which nobody is expected to do anything."""


def monday_of(day: date) -> date:
    """The Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())


def week_name(day: date) -> str:
    """The ISO week, "2026-W47": what makes the message of one week another than that of the next."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def monday_of_week(name: str) -> date:
    """The Monday of the week that `week_name` gave this name."""
    return date.fromisoformat(f"{name}-1")

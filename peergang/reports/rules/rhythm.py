"""On which days something comes that somebody gets every week or every month."""

from datetime import date, datetime, time, timedelta

from peergang.core.clock import at_local, local_date

MADE_AT = time(6, 0)
"""On the clock of Amsterdam: never between two and three, an hour that is missing in March and comes twice in October."""
MAILED_AT = time(7, 0)


def next_day(weekday: int | None, after: date) -> date:
    """The first day after `after` on which it comes: on `weekday` (1 is Monday), or on the first of a month."""
    if weekday is None:
        return (after.replace(day=1) + timedelta(days=32)).replace(day=1)
    return after + timedelta(days=(weekday - after.isoweekday() - 1) % 7 + 1)


def day_that_is_due(now: datetime) -> date:
    """The last day whose reports may be made: today from MADE_AT on."""
    today = local_date(now)
    return today if now >= at_local(today, MADE_AT) else today - timedelta(days=1)


def latest_day(weekday: int | None, first: date, until: date) -> date:
    """The last of its days from `first`, which is one, until `until`: after a standstill only that one is made."""
    found = first
    while (following := next_day(weekday, found)) <= until:
        found = following
    return found

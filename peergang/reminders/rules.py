"""When somebody may be bothered: by day, and with things that can wait not in the weekend. All on Amsterdam's clock."""

from datetime import datetime, time, timedelta

from peergang.core.clock import at_local, local

MORNING = time(8, 30)
FROM, UNTIL = time(8, 0), time(21, 0)
SATURDAY = 5

PLAN_AHEAD = timedelta(hours=12)
"""Notices of the morning stand ready the evening before, so that they all leave at half past eight."""


def daytime(now: datetime, *, weekend: bool = False) -> datetime:
    """`now` when that is a decent moment, else the next morning at half past eight; with `weekend` also on a Saturday."""
    here = local(now)
    if FROM <= here.time() < UNTIL and (weekend or here.weekday() < SATURDAY):
        return now
    day = here.date() if here.time() < FROM else here.date() + timedelta(days=1)
    while day.weekday() >= SATURDAY and not weekend:
        day += timedelta(days=1)
    return at_local(day, MORNING)

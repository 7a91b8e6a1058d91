"""When somebody is left alone: at night, in weekends and holidays, and while they are away. On their own clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from peergang.core.free_days import free_days
from peergang.notifications.rules.ledger import FROM, SATURDAY, UNTIL

MONDAY = 0
FARTHEST = 400
"""Days that are looked ahead; who is away longer than that is asked again then."""


@dataclass(frozen=True, slots=True)
class Calm:
    """The quiet time of one person.

    Attributes:
        zone: their time zone, an IANA name.
        quiet_from, quiet_until: the hours in which nothing is sent; equal means none.
        weekends: whether they may be mailed in the weekend.
        free: first and last days of school holidays in which they want nothing.
        away: first and last days on which they are away or have paused everything.
    """

    zone: str = "Europe/Amsterdam"
    quiet_from: time = UNTIL
    quiet_until: time = FROM
    weekends: bool = False
    free: Sequence[tuple[date, date]] = ()
    away: Sequence[tuple[date, date]] = ()

    def is_quiet_hour(self, at: time) -> bool:
        """Whether `at` on their wall clock is within the quiet hours."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= at < self.quiet_until
        return at >= self.quiet_from or at < self.quiet_until

    def is_free(self, day: date) -> bool:
        """Whether `day` is a day of rest for them."""
        resting = day.weekday() >= SATURDAY and not self.weekends
        return resting or _within(day, self.free) or day in free_days((day.year,))

    def is_away(self, day: date) -> bool:
        """Whether they are away on `day`, or have paused everything."""
        return _within(day, self.away)


def next_open(moment: datetime, calm: Calm, *, free_days_count: bool = True) -> datetime:
    """`moment` when they may be mailed then, else the first moment after it at which they may.

    With `free_days_count` off a weekend or holiday does not hold it back; the quiet hours and an absence always do.
    """
    zone = ZoneInfo(calm.zone)
    for _ in range(FARTHEST):
        here = moment.astimezone(zone)
        closed = calm.is_away(here.date()) or (free_days_count and calm.is_free(here.date()))
        if not closed and not calm.is_quiet_hour(here.time()):
            break
        moment = _next_opening(here, calm, skip_day=closed)
    return moment


def next_digest(moment: datetime, calm: Calm, *, weekly: bool) -> datetime:
    """When the first bundle at or after `moment` leaves: as their quiet hours end, on their next open day, or (`weekly`) on
    the first open day from Monday on.
    """
    zone = ZoneInfo(calm.zone)
    day = moment.astimezone(zone).date()
    if weekly:
        day -= timedelta(days=day.weekday())
    while True:
        leaves = next_open(_at(day, calm.quiet_until, zone), calm)
        if leaves >= moment:
            return leaves
        day += timedelta(days=7 if weekly else 1)


def _next_opening(here: datetime, calm: Calm, *, skip_day: bool) -> datetime:
    zone = ZoneInfo(calm.zone)
    day = here.date()
    if skip_day:
        return _at(
            day + timedelta(days=1),
            time(0) if calm.quiet_from == calm.quiet_until else calm.quiet_until,
            zone,
        )
    later_today = here.time() < calm.quiet_until
    return _at(day if later_today else day + timedelta(days=1), calm.quiet_until, zone)


def _at(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def _within(day: date, periods: Sequence[tuple[date, date]]) -> bool:
    return any(first <= day <= last for first, last in periods)

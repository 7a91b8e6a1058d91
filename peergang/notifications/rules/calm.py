"""When somebody is left alone: at night, in weekends and holidays, and while they are away. On their own clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from peergang.core.clock import AMSTERDAM
from peergang.core.free_days import public_holidays
from peergang.notifications.rules.ledger import FROM, SATURDAY, UNTIL

FARTHEST = timedelta(days=400)
"""So far is looked ahead; who is away longer than that is asked again then."""

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Calm:
    """The quiet time of one person.

    Attributes:
        zone: their time zone, an IANA name; one that does not exist counts as Amsterdam's.
        quiet_from, quiet_until: the hours in which nothing is sent; equal means none.
        weekends: whether they may be mailed in the weekend.
        free: first and last days of school holidays in which they want nothing.
        away: first and last days on which they are away or have paused everything.
    """

    zone: str = "Europe/Amsterdam"
    quiet_from: time = UNTIL
    quiet_until: time = FROM
    weekends: bool = False
    free: tuple[tuple[date, date], ...] = ()
    away: tuple[tuple[date, date], ...] = ()

    @property
    def morning(self) -> time:
        """When a bundle leaves: as the quiet hours end. Who has none gets it when the others do."""
        return FROM if self.quiet_from == self.quiet_until else self.quiet_until

    def is_quiet_hour(self, at: time) -> bool:
        """Whether `at` on their wall clock is within the quiet hours."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= at < self.quiet_until
        return at >= self.quiet_from or at < self.quiet_until

    def is_free(self, day: date) -> bool:
        """Whether `day` is a day of rest for them."""
        resting = day.weekday() >= SATURDAY and not self.weekends
        return resting or _within(day, self.free) or day in public_holidays(day.year)

    def is_away(self, day: date) -> bool:
        """Whether they are away on `day`, or have paused everything."""
        return _within(day, self.away)


# A batch asks the same for hundreds of people who are left alone at the same hours.
@lru_cache(maxsize=2048)
def next_open(moment: datetime, calm: Calm, *, free_days_count: bool = True) -> datetime:
    """`moment` when they may be mailed then, else the first moment after it at which they may.

    With `free_days_count` off a weekend or holiday does not hold it back; the quiet hours and an absence always do.
    """
    zone, last = _zone(calm.zone), moment + FARTHEST
    while moment < last:
        here = moment.astimezone(zone)
        day = _open_day(here.date(), calm, free_days_count=free_days_count)
        if day > here.date():
            # At midnight, not as the quiet hours end: they may lie in the middle of the day.
            moment = _at(day, time(0), zone)
        elif calm.is_quiet_hour(here.time()):
            moment = _end_of_quiet(here, calm.quiet_until, zone)
        else:
            break
    return moment


@lru_cache(maxsize=2048)
def next_digest(moment: datetime, calm: Calm, *, weekly: bool) -> datetime:
    """When the first bundle at or after `moment` leaves: as their quiet hours end, on their next open day, or (`weekly`) on
    the first open day from Monday on.
    """
    zone = _zone(calm.zone)
    day = moment.astimezone(zone).date()
    if weekly:
        day -= timedelta(days=day.weekday())
    while True:
        # Once more next_open: on the day that the clock changes the morning of some lies in their quiet hours.
        leaves = next_open(_reached(_open_day(day, calm), calm.morning, zone), calm)
        if leaves >= moment:
            return leaves
        day += _WEEK if weekly else _DAY


def _open_day(day: date, calm: Calm, *, free_days_count: bool = True) -> date:
    """The first day from `day` on that they may be mailed on, or one that is FARTHEST away."""
    last, periods = day + FARTHEST, (*calm.away, *calm.free) if free_days_count else calm.away
    while day < last and (calm.is_away(day) or (free_days_count and calm.is_free(day))):
        day = min(_last_day(day, periods), last) + _DAY
    return day


def _end_of_quiet(here: datetime, until: time, zone: ZoneInfo) -> datetime:
    """The first time after `here` that the wall clock shows `until`, or more because it skips that. In the hour that comes
    twice that may be the second.
    """
    moment = here.astimezone(UTC)
    today = here.date()
    for day, fold in ((today, 0), (today, 1), (today + _DAY, 0)):
        ends = _reached(day, until, zone, fold)
        if ends > moment:
            break
    return ends


def _reached(day: date, at: time, zone: ZoneInfo, fold: int = 0) -> datetime:
    """When the clock shows `at` on that day, or has skipped it."""
    moment = _at(day, at, zone, fold)
    if moment.astimezone(zone).time() == at:
        return moment
    return _change_before(_at(day, at, zone), zone)


def _change_before(moment: datetime, zone: ZoneInfo) -> datetime:
    """When the clock was last changed in the hours before `moment`, which is on a whole minute."""
    offset = moment.astimezone(zone).utcoffset()
    while (moment - _MINUTE).astimezone(zone).utcoffset() == offset:
        moment -= _MINUTE
    return moment


def _at(day: date, at: time, zone: ZoneInfo, fold: int = 0) -> datetime:
    """A time that the clock skips in March moves on by the hour that is skipped."""
    return datetime.combine(day, at.replace(fold=fold), tzinfo=zone).astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return AMSTERDAM


def _last_day(day: date, periods: Sequence[tuple[date, date]]) -> date:
    """The end of the longest period that `day` lies in, or `day`: months of absence are one step."""
    return max((last for first, last in periods if first <= day <= last), default=day)


def _within(day: date, periods: Sequence[tuple[date, date]]) -> bool:
    return any(first <= day <= last for first, last in periods)

"""The moment that a page of figures is about: now, or the end of a day that is over."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from peergang.core.clock import local_date, start_of_day

INSTANT = timedelta(microseconds=1)
"""The smallest step of a moment: what is before midnight is at most midnight less this."""


@dataclass(frozen=True, slots=True)
class Moment:
    """`day=None` is the present; a past day means the end of that day in Amsterdam. Today is the present."""

    now: datetime
    day: date | None = None

    @classmethod
    def of(cls, at: Self | datetime) -> Self:
        """`at` itself, or the present when it is a plain moment of the clock."""
        return cls(at) if isinstance(at, datetime) else at

    @property
    def past(self) -> bool:
        """Whether a day is asked that is over. Today and days to come are shown as the present."""
        return self.day is not None and self.day < local_date(self.now)

    @property
    def at(self) -> datetime:
        """Now, or the last instant of the day in Amsterdam, which is not always 24 hours long."""
        if self.day is None or not self.past:
            return self.now
        return start_of_day(self.day + timedelta(days=1)) - INSTANT

    @property
    def today(self) -> date:
        """The day in Amsterdam that figures belong to."""
        return local_date(self.at)

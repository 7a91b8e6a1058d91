"""Percentages, and the sums that they are made of."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any


class Measure(StrEnum):
    """What a cell of the participation table shows."""

    ATTENDANCE = "aanwezigheid"
    PROGRESS = "voortgang"
    HANDED_IN = "ingeleverd"


LOW = 50
"""Below this a percentage is marked."""


def percent(part: int, whole: int) -> int | None:
    """`part` of `whole` in whole percents, rounded half up; None of nothing. 100 means all, and 0 means none.

    So 299 of 300 is 99 and not 100: a figure that says "all" would hide the one who is missing.
    """
    if whole <= 0:
        return None
    rounded = (200 * part + whole) // (2 * whole)
    if rounded >= 100 and part < whole:
        return 99
    return 1 if rounded == 0 and part > 0 else min(rounded, 100)


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums over some participants. They add up, where percentages do not."""

    people: int = 0
    present: int = 0
    recorded: int = 0
    last_present: int = 0
    last_recorded: int = 0
    completed: int = 0
    required: int = 0
    on_time: int = 0
    handed_in: int = 0
    due: int = 0
    last_active: datetime | None = None

    @property
    def attendance(self) -> int | None:
        """Share of the recorded places at meetings that were taken."""
        return percent(self.present, self.recorded)

    @property
    def attendance_last(self) -> int | None:
        """The same at the latest meeting."""
        return percent(self.last_present, self.last_recorded)

    @property
    def attendance_before(self) -> int | None:
        """The same at all meetings before the latest."""
        return percent(self.present - self.last_present, self.recorded - self.last_recorded)

    @property
    def progress(self) -> int | None:
        """Share of the required activities that were completed."""
        return percent(self.completed, self.required)

    @property
    def punctuality(self) -> int | None:
        """Share of the reflections due until now of which the first version came in time."""
        return percent(self.on_time, self.due)

    @property
    def fall(self) -> int:
        """How many points attendance fell at the latest meeting; 0 when it did not, or nobody can tell."""
        before, last = self.attendance_before, self.attendance_last
        return max(0, before - last) if before is not None and last is not None else 0

    def value(self, measure: Measure) -> int | None:
        """The percentage that `measure` asks for."""
        return {
            Measure.ATTENDANCE: self.attendance,
            Measure.PROGRESS: self.progress,
            Measure.HANDED_IN: self.punctuality,
        }[measure]


_SUMS = tuple(one.name for one in fields(Figures) if one.name != "last_active")


def add_up(parts: Iterable[Any]) -> Figures:
    """The sums of several figures (or rows with the same columns), and the latest activity among them."""
    parts = list(parts)
    sums = {name: sum(getattr(part, name) for part in parts) for name in _SUMS}
    moments = [part.last_active for part in parts if part.last_active is not None]
    return Figures(**sums, last_active=max(moments, default=None))

"""Percentages, and the sums that they are made of."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple


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


class Figures(NamedTuple):
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


def value_of(figures: Any, measure: Measure) -> int | None:
    """The percentage that `measure` asks for, of `Figures` or of a row with the same columns."""
    if measure == Measure.PROGRESS:
        return percent(figures.completed, figures.required)
    if measure == Measure.HANDED_IN:
        return percent(figures.on_time, figures.due)
    return percent(figures.present, figures.recorded)


def add_up(parts: Iterable[Any]) -> Figures:
    """The sums of several figures (or rows with the same columns), and the latest activity among them.

    Written out, because the participation page adds up hundreds of rows.
    """
    people = present = recorded = last_present = last_recorded = 0
    completed = required = on_time = handed_in = due = 0
    last_active: datetime | None = None
    for part in parts:
        people += part.people
        present += part.present
        recorded += part.recorded
        last_present += part.last_present
        last_recorded += part.last_recorded
        completed += part.completed
        required += part.required
        on_time += part.on_time
        handed_in += part.handed_in
        due += part.due
        if part.last_active is not None and (last_active is None or part.last_active > last_active):
            last_active = part.last_active
    at_meetings = (present, recorded, last_present, last_recorded)
    return Figures(people, *at_meetings, completed, required, on_time, handed_in, due, last_active)

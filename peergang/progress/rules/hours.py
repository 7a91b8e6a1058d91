"""Hours for a professional register: what there is to write down, the years they count for, and adding them up."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

QUARTER = 15
"""Minutes."""
MOST_QUARTERS = 96
WORDS_MAX_LENGTH = 300
FIRST_DAY = date(2000, 1, 1)
AUGUST = 8


class HoursKind(StrEnum):
    """What somebody wrote down themselves."""

    COURSE = "course"
    STUDY = "study"
    EXCHANGE = "exchange"
    VISIT = "visit"
    MAKING = "making"
    NETWORK = "network"
    OTHER = "other"


class Source(StrEnum):
    """Where a line comes from: an activity that was completed, a meeting that was attended, or the person."""

    ACTIVITY = "activity"
    MEETING = "meeting"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the record. `kind` is that of the activity or of the own entry; `about` the programme it belongs to.

    `entry_id` is there for what can be changed: one's own.
    """

    day: date
    source: Source
    kind: str
    words: str
    about: str
    minutes: int
    entry_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """A school year (from August) or a calendar year, as it stands in the address: "2026-2027" or "2026"."""

    year: int
    is_school: bool

    @property
    def code(self) -> str:
        """As it stands in the address."""
        return f"{self.year}-{self.year + 1}" if self.is_school else str(self.year)

    @property
    def name(self) -> str:
        """As people write it."""
        return f"{self.year}–{self.year + 1}" if self.is_school else str(self.year)

    def holds(self, day: date) -> bool:
        """Whether a day falls in it."""
        return self.year == (school_year_of(day) if self.is_school else day.year)


def school_year_of(day: date) -> int:
    """The year in which the school year of a day began."""
    return day.year if day.month >= AUGUST else day.year - 1


def read_period(text: str, today: date) -> Period | None:
    """The period that the address names, the school year of today when it names none; None when there is no such one."""
    if not text:
        return Period(school_year_of(today), is_school=True)
    first, dash, second = text.partition("-")
    if (
        not (first.isascii() and first.isdigit() and len(first) == 4)
        or not FIRST_DAY.year <= int(first) < 9000
    ):
        return None
    found = Period(int(first), is_school=bool(dash))
    return found if found.code == text and (not dash or second) else None


def list_periods(lines: Iterable[Line], today: date) -> list[Period]:
    """The years there is something of, and those of today; school years first, the latest on top."""
    days = {line.day for line in lines} | {today}
    schools = sorted({school_year_of(day) for day in days}, reverse=True)
    years = sorted({day.year for day in days}, reverse=True)
    return [Period(one, is_school=True) for one in schools] + [Period(one, is_school=False) for one in years]


@dataclass(frozen=True, slots=True)
class Total:
    """Minutes of a period, by where they come from."""

    period: Period
    peergang: int
    own: int

    @property
    def minutes(self) -> int:
        """All of them."""
        return self.peergang + self.own


def total_of(period: Period, lines: Sequence[Line]) -> Total:
    """What a period comes to."""
    inside = [line for line in lines if period.holds(line.day)]
    own = sum(line.minutes for line in inside if line.source is Source.OWN)
    return Total(period, sum(line.minutes for line in inside) - own, own)


def as_hours(minutes: int) -> Decimal:
    """Minutes as hours, to the hundredth; rounded once, at the end, so that sums are right."""
    return (Decimal(minutes) / 60).quantize(Decimal("0.01"))


_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_DECIMAL = re.compile(r"[0-9]{1,2}([.,][0-9]{1,4})?|[.,][0-9]{1,4}")


def read_hours(text: str) -> int | None:
    """Hours as people write them ("1,5", "1.5" or "1:30") as quarters of an hour; None when it is no whole number of quarters,
    nothing, or more than a day.
    """
    typed = text.strip()
    if clock := _CLOCK.fullmatch(typed):
        quarters = Decimal(int(clock[1]) * 60 + int(clock[2])) / QUARTER if int(clock[2]) < 60 else Decimal(0)
    elif _DECIMAL.fullmatch(typed):
        quarters = Decimal(typed.replace(",", ".")) * 4
    else:
        return None
    if quarters != quarters.to_integral_value() or not 1 <= quarters <= MOST_QUARTERS:
        return None
    return int(quarters)


def written_hours(minutes: int, mark: str = ",") -> str:
    """Minutes as hours for a field or a file: "1,5"; no zeros that say nothing."""
    text = f"{as_hours(minutes):f}".rstrip("0").rstrip(".")
    return text.replace(".", mark)

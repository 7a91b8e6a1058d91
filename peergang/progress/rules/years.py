"""The year that the network figures are about, as it stands in the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self
from urllib.parse import urlencode

from peergang.core.clock import local_date, start_of_day
from peergang.progress.rules.filters import FIRST_YEAR, Sign, read_day
from peergang.progress.rules.moment import INSTANT

AUGUST = 8


class Kind(StrEnum):
    """Which year: the school year begins in August."""

    SCHOOL = "schooljaar"
    CALENDAR = "kalenderjaar"


@dataclass(frozen=True, slots=True)
class Year:
    """A year up to and including `last`: its own last day, or today, or the day that was asked for when that comes first.

    `asked` is the day from the address; empty means that everything until now counts. `problem` says as a code why the day
    that was typed is not followed.
    """

    kind: Kind
    year: int
    sign: Sign
    asked: date | None
    now: datetime
    problem: str = ""

    @classmethod
    def parse(cls, values: Mapping[str, str], now: datetime) -> Self:
        """Read periode (schooljaar-2026), programma and op; what does not exist, or lies ahead, is read as the default."""
        today = local_date(now)
        asked, typed = read_day(values.get("op", ""))
        kind, year = _period(values.get("periode", ""), asked if asked and asked <= today else today, today)
        problem = "day_unreadable" if typed else _problem(kind, year, asked, today)
        sign = Sign(values["programma"]) if values.get("programma") in set(Sign) else Sign.BOTH
        return cls(kind, year, sign, None if problem or asked == today else asked, now, problem)

    @property
    def code(self) -> str:
        """As it stands in the address."""
        return f"{self.kind}-{self.year}"

    @property
    def since(self) -> date:
        """Its first day."""
        return first_day(self.kind, self.year)

    @property
    def end(self) -> date:
        """The day after its last one, wherever today is."""
        return first_day(self.kind, self.year + 1)

    @property
    def last(self) -> date:
        """The last day that counts."""
        return min(self.end - timedelta(days=1), self.asked or local_date(self.now))

    @property
    def moment(self) -> datetime:
        """Up to when facts count: the end of the last day, or now."""
        return min(start_of_day(self.last + timedelta(days=1)), self.now)

    @property
    def at(self) -> datetime:
        """The last instant that counts: that of the last day, or now."""
        return min(start_of_day(self.last + timedelta(days=1)) - INSTANT, self.now)

    @property
    def is_over(self) -> bool:
        """Whether the whole year counts, so that its figures are final."""
        return start_of_day(self.end) <= self.moment

    def query(self) -> str:
        """The address behind the question mark; defaults are left out."""
        day = self.asked.isoformat() if self.asked else ""
        pairs = {"periode": self.code, "programma": str(self.sign), "op": day}
        return urlencode({key: value for key, value in pairs.items() if value})


def first_day(kind: Kind, year: int) -> date:
    """The day on which the year with this number begins."""
    return date(year, AUGUST if kind == Kind.SCHOOL else 1, 1)


def number_of(kind: Kind, day: date) -> int:
    """The number of the year that `day` belongs to; a school year has that of its August."""
    return day.year - 1 if kind == Kind.SCHOOL and day.month < AUGUST else day.year


def list_years(kind: Kind, first: date | None, today: date) -> list[int]:
    """The years to choose from, the latest first: back to the one of the oldest cohort."""
    newest = number_of(kind, today)
    oldest = min(newest, number_of(kind, first)) if first else newest
    return list(range(newest, max(oldest, FIRST_YEAR) - 1, -1))


def _period(text: str, default: date, today: date) -> tuple[Kind, int]:
    name, _, number = text.partition("-")
    kind = Kind(name) if name in set(Kind) else Kind.SCHOOL
    is_year = number.isascii() and number.isdigit() and len(number) == len("2026")
    known = is_year and FIRST_YEAR <= int(number) <= number_of(kind, today)
    return kind, int(number) if known else number_of(kind, default)


def _problem(kind: Kind, year: int, asked: date | None, today: date) -> str:
    if asked is None:
        return ""
    if asked > today:
        return "day_ahead"
    return "" if number_of(kind, asked) == year else "day_elsewhere"

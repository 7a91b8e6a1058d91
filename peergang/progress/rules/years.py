"""The year that the network figures are about, as it stands in the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self
from urllib.parse import urlencode

from peergang.core.clock import local_date, start_of_day
from peergang.progress.rules.filters import FIRST_YEAR, Sign, read_day

AUGUST = 8


class Kind(StrEnum):
    """Which year: the school year begins in August."""

    SCHOOL = "schooljaar"
    CALENDAR = "kalenderjaar"


@dataclass(frozen=True, slots=True)
class Year:
    """A year up to and including `last`: its own last day, or today, or the day that was asked for when that comes first.

    `asked` is the day from the address; empty means that everything until now counts.
    """

    kind: Kind
    year: int
    sign: Sign
    asked: date | None
    now: datetime

    @classmethod
    def parse(cls, values: Mapping[str, str], now: datetime) -> Self:
        """Read soort, jaar, programma and op; what does not exist, or lies ahead, is read as the default."""
        kind = Kind(values["soort"]) if values.get("soort") in set(Kind) else Kind.SCHOOL
        sign = Sign(values["programma"]) if values.get("programma") in set(Sign) else Sign.BOTH
        today = local_date(now)
        asked = _past(read_day(values.get("op", ""))[0], today)
        newest = number_of(kind, today)
        year = _number(values.get("jaar", ""), newest, number_of(kind, asked or today))
        if asked and number_of(kind, asked) != year:
            asked = None
        return cls(kind, year, sign, asked, now)

    @property
    def since(self) -> date:
        """Its first day."""
        return date(self.year, AUGUST if self.kind == Kind.SCHOOL else 1, 1)

    @property
    def end(self) -> date:
        """The day after its last one, wherever today is."""
        return date(self.year + 1, AUGUST if self.kind == Kind.SCHOOL else 1, 1)

    @property
    def last(self) -> date:
        """The last day that counts."""
        return min(self.end - timedelta(days=1), self.asked or local_date(self.now))

    @property
    def moment(self) -> datetime:
        """Up to when facts count: the end of the last day, or now."""
        return min(start_of_day(self.last + timedelta(days=1)), self.now)

    @property
    def is_over(self) -> bool:
        """Whether the whole year counts, so that its figures are final."""
        return self.last == self.end - timedelta(days=1)

    def query(self) -> str:
        """The address behind the question mark; defaults are left out."""
        pairs = {
            "soort": str(self.kind) if self.kind != Kind.SCHOOL else "",
            "jaar": str(self.year),
            "programma": str(self.sign),
            "op": self.asked.isoformat() if self.asked else "",
        }
        return urlencode({key: value for key, value in pairs.items() if value})


def number_of(kind: Kind, day: date) -> int:
    """The number of the year that `day` belongs to; a school year has that of its August."""
    return day.year - 1 if kind == Kind.SCHOOL and day.month < AUGUST else day.year


def _past(day: date | None, today: date) -> date | None:
    """Only a day that is over is a day to look back from."""
    return day if day and day < today else None


def _number(text: str, newest: int, default: int) -> int:
    year = int(text) if text.isascii() and text.isdigit() and len(text) == len("2026") else default
    return year if FIRST_YEAR <= year <= newest else default

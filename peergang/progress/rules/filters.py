"""What the visitor of the participation page asked for, as it stands in the address."""

import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Self, TypeVar
from urllib.parse import urlencode

from peergang.core.clock import local_date
from peergang.progress.rules.figures import Measure
from peergang.progress.rules.moment import Moment

PAGE = 14
"""Institutions on one page."""

FIRST_YEAR = 2000
"""What lies before is a typing error, and no day of this network."""

E = TypeVar("E", bound=StrEnum)


class Order(StrEnum):
    """The order of the institutions."""

    LOWEST = "laagste"
    NAME = "naam"
    FALL = "daling"


class Sign(StrEnum):
    """Which programme; the values are those of `Edition.sign`."""

    BOTH = ""
    PEERGANG = "peergang"
    MASTERCLASS = "masterclass"


@dataclass(frozen=True, slots=True)
class Filter:
    """The choices on the page. What an address says that does not exist is read as the default."""

    measure: Measure = Measure.ATTENDANCE
    sign: Sign = Sign.BOTH
    order: Order = Order.LOWEST
    name: str = ""
    page: int = 1
    day: date | None = None
    day_typed: str = ""
    """What stood in the address for the day, when no day can be read in it."""

    @classmethod
    def parse(cls, values: Mapping[str, str]) -> Self:
        """Read the choices from the address: maat, programma, volgorde, naam, pagina, op (a day)."""
        number = values.get("pagina", "1")
        day, typed = read_day(values.get("op", ""))
        return cls(
            measure=_choice(Measure, values.get("maat", ""), Measure.ATTENDANCE),
            sign=_choice(Sign, values.get("programma", ""), Sign.BOTH),
            order=_choice(Order, values.get("volgorde", ""), Order.LOWEST),
            name=" ".join(values.get("naam", "").split())[:100],
            page=max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else 1,
            day=day,
            day_typed=typed,
        )

    def query(self, *, page: int = 1) -> str:
        """The address behind the question mark for these choices and `page`; defaults are left out."""
        default = Filter()
        pairs = {
            "maat": self.measure if self.measure != default.measure else "",
            "programma": self.sign,
            "volgorde": self.order if self.order != default.order else "",
            "naam": self.name,
            "op": self.day.isoformat() if self.day else "",
            "pagina": str(page) if page > 1 else "",
        }
        return urlencode({key: str(value) for key, value in pairs.items() if value})

    def moment(self, now: datetime) -> Moment:
        """What is asked for: the present, or the end of a day that is over. A day that is not yet over is the present."""
        asked = Moment(now, self.day)
        return asked if asked.past else Moment(now)

    def day_problem(self, now: datetime) -> str:
        """What is wrong with the day that was typed, as a code; empty when nothing is."""
        if self.day_typed:
            return "day_unreadable"
        return "day_ahead" if self.day is not None and self.day > local_date(now) else ""

    def matches(self, *names: str) -> bool:
        """Whether one of `names` contains what was typed; capitals and accents make no difference."""
        wanted = _plain(self.name)
        return not wanted or any(wanted in _plain(name) for name in names)


def read_day(text: str) -> tuple[date | None, str]:
    """The day in `text` (2026-09-01, or 1-9-2026 as people type it) and what could not be read; one of the two is empty."""
    typed = text.strip()[:40]
    parts = typed.replace("/", "-").split("-")
    if len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts):
        year, month, day = parts if len(parts[0]) == 4 else reversed(parts)
        with suppress(ValueError):
            if int(year) >= FIRST_YEAR:
                return date(int(year), int(month), int(day)), ""
    return None, typed


def _choice(kind: type[E], value: str, default: E) -> E:
    return kind(value) if value in set(kind) else default


def _plain(text: str) -> str:
    # Marks on one letter are put in order by comparing each with each, so no more is read than any name needs.
    letters = unicodedata.normalize("NFKD", text[:1_000]).casefold()
    return "".join(letter for letter in letters if not unicodedata.combining(letter))

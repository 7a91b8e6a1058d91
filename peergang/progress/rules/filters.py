"""What the visitor of the participation page asked for, as it stands in the address."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self, TypeVar
from urllib.parse import urlencode

from peergang.progress.rules.figures import Measure

PAGE = 14
"""Institutions on one page."""

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

    @classmethod
    def parse(cls, values: Mapping[str, str]) -> Self:
        """Read the choices from the address: maat, programma, volgorde, naam, pagina."""
        number = values.get("pagina", "1")
        return cls(
            measure=_choice(Measure, values.get("maat", ""), Measure.ATTENDANCE),
            sign=_choice(Sign, values.get("programma", ""), Sign.BOTH),
            order=_choice(Order, values.get("volgorde", ""), Order.LOWEST),
            name=" ".join(values.get("naam", "").split())[:100],
            page=max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else 1,
        )

    def query(self, *, page: int = 1) -> str:
        """The address behind the question mark for these choices and `page`; defaults are left out."""
        default = Filter()
        pairs = {
            "maat": self.measure if self.measure != default.measure else "",
            "programma": self.sign,
            "volgorde": self.order if self.order != default.order else "",
            "naam": self.name,
            "pagina": str(page) if page > 1 else "",
        }
        return urlencode({key: str(value) for key, value in pairs.items() if value})

    def on_page(self, page: int) -> Self:
        """The same choices on another page."""
        return replace(self, page=page)

    def matches(self, *names: str) -> bool:
        """Whether one of `names` contains what was typed; capitals and accents make no difference."""
        wanted = _plain(self.name)
        return not wanted or any(wanted in _plain(name) for name in names)


def _choice(kind: type[E], value: str, default: E) -> E:
    return kind(value) if value in set(kind) else default


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in letters if not unicodedata.combining(letter))

"""The public holidays of the Netherlands. School holidays differ by region and are left to people."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from types import MappingProxyType

LANGUAGES = {"nl": "nl", "en": "en_US"}
"""The reader's language and what the library calls it."""


@cache
def name_holidays(year: int, locale: str = "nl") -> Mapping[date, str]:
    """The public holidays of one year with their names in the reader's language."""
    # Its tables take a moment to load, and few processes need them.
    from holidays.countries.netherlands import Netherlands

    found = Netherlands(years=year, language=LANGUAGES.get(locale, "nl"))  # type: ignore[no-untyped-call]
    return MappingProxyType(dict(found))


def public_holidays(year: int) -> frozenset[date]:
    """The public holidays of one year."""
    return frozenset(name_holidays(year))


def free_days(years: Iterable[int]) -> frozenset[date]:
    """The public holidays of all `years`."""
    return frozenset().union(*(public_holidays(year) for year in years))

"""The public holidays of the Netherlands. School holidays differ by region and are left to people."""

from collections.abc import Iterable
from datetime import date
from functools import cache


@cache
def public_holidays(year: int) -> frozenset[date]:
    """The public holidays of one year."""
    # Its tables take a moment to load, and few processes need them.
    from holidays.countries.netherlands import Netherlands

    return frozenset(Netherlands(years=year))  # type: ignore[no-untyped-call]


def free_days(years: Iterable[int]) -> frozenset[date]:
    """The public holidays of all `years`."""
    return frozenset().union(*(public_holidays(year) for year in years))

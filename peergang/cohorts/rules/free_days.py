"""Days on which no meeting is proposed."""

from collections.abc import Iterable
from datetime import date
from functools import cache

from holidays.countries.netherlands import Netherlands


@cache
def _of_year(year: int) -> frozenset[date]:
    return frozenset(Netherlands(years=year))  # type: ignore[no-untyped-call]


def free_days(years: Iterable[int]) -> frozenset[date]:
    """The public holidays of the Netherlands in `years`. School holidays differ by region and are left to people."""
    return frozenset().union(*(_of_year(year) for year in years))

"""Free periods, and which days clash with them. A clash is shown, never forbidden."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from peergang.core.free_days import name_holidays

A_YEAR = timedelta(weeks=52)
"""As whole weeks, so that a period begins on the same weekday."""


class Region(StrEnum):
    """The regions in which schools have their holidays."""

    NORTH = "noord"
    MIDDLE = "midden"
    SOUTH = "zuid"


@dataclass(frozen=True, slots=True)
class Period:
    """Days on which schools are closed; an empty `region` means everywhere."""

    name: str
    region: str
    starts_on: date
    ends_on: date

    def covers(self, day: date) -> bool:
        """Whether `day` is in it."""
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class Clash:
    """Why a day is free: the name, and the regions when it is not so everywhere. `is_public` for a public holiday."""

    name: str
    regions: tuple[str, ...] = ()
    is_public: bool = False


def find_clashes(day: date, periods: Iterable[Period], locale: str = "nl") -> list[Clash]:
    """Why `day` is free, a public holiday first; regions with a period of the same name are taken together."""
    holiday = name_holidays(day.year, locale).get(day)
    found = [Clash(holiday, is_public=True)] if holiday else []
    regions: dict[str, list[str]] = {}
    for one in periods:
        if one.covers(day):
            regions.setdefault(one.name, []).append(one.region)
    order = [str(region) for region in Region]
    for name, of_name in regions.items():
        everywhere = "" in of_name or set(of_name) == set(order)
        found.append(Clash(name, () if everywhere else tuple(sorted(set(of_name), key=order.index))))
    return found


def free_days_between(
    first: date, last: date, periods: Sequence[Period], regions: Iterable[str] = tuple(Region)
) -> frozenset[date]:
    """All free days of the years of `first` and `last`: public holidays, and the periods everywhere and in `regions`."""
    found = {day for year in range(first.year, last.year + 1) for day in name_holidays(year)}
    wanted = {"", *regions}
    for one in periods:
        if one.region in wanted:
            found.update(days_of(max(one.starts_on, first), min(one.ends_on, last)))
    return frozenset(found)


def days_of(first: date, last: date) -> Iterator[date]:
    """Every day from `first` up to and including `last`."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def school_year(day: date) -> int:
    """The year in which the school year of `day` began: it runs from 1 August."""
    return day.year if day.month >= 8 else day.year - 1


def next_year(period: Period) -> Period:
    """The same period 52 weeks later, to correct by hand: the official days differ each year."""
    return Period(period.name, period.region, period.starts_on + A_YEAR, period.ends_on + A_YEAR)

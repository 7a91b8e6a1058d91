"""The days on which no trainer works."""

from datetime import date

from sqlalchemy.orm import Session

from peergang.cohorts.queries.free_periods import read_periods
from peergang.cohorts.rules.free import Region, days_of
from peergang.core.free_days import free_days


def list_free_days(session: Session, first: date, last: date) -> frozenset[date]:
    """Public holidays, and the days from `first` up to and including `last` on which schools are closed in every region.
    A holiday of one region leaves the trainers of the others.
    """
    closed: dict[date, set[str]] = {}
    for period in read_periods(session, first, last):
        for day in days_of(max(period.starts_on, first), min(period.ends_on, last)):
            closed.setdefault(day, set()).add(period.region)
    everywhere = {day for day, where in closed.items() if "" in where or len(where) == len(Region)}
    return free_days(range(first.year, last.year + 1)) | everywhere

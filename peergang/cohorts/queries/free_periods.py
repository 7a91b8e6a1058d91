"""The free periods that organisers keep."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.models import FreePeriod
from peergang.cohorts.rules.free import Period
from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound

AROUND = timedelta(weeks=60)
"""How far around a moment pages look for free periods: dates move by a year at most."""

_COLUMNS = (
    FreePeriod.id.label("period_id"),
    FreePeriod.name,
    FreePeriod.region,
    FreePeriod.starts_on,
    FreePeriod.ends_on,
)


def list_free_periods(session: Session) -> Rows:
    """All free periods, in the order of time. Columns: period_id, name, region, starts_on, ends_on."""
    return session.execute(
        select(*_COLUMNS).order_by(FreePeriod.starts_on, FreePeriod.name, FreePeriod.region)
    ).all()


def read_periods(session: Session, first: date, last: date) -> list[Period]:
    """The free periods that have a day from `first` up to and including `last`."""
    rows = session.execute(
        select(*_COLUMNS[1:])
        .where(FreePeriod.ends_on >= first, FreePeriod.starts_on <= last)
        .order_by(FreePeriod.starts_on, FreePeriod.name, FreePeriod.region)
    )
    return [Period(*row) for row in rows]


def get_free_period(session: Session, period_id: UUID) -> AnyRow:
    """One free period; columns as above.

    Raises:
        NotFound: when there is none.
    """
    row = session.execute(select(*_COLUMNS).where(FreePeriod.id == period_id)).one_or_none()
    if row is None:
        raise NotFound
    return row

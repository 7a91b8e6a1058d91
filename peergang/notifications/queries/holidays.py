"""The next school holiday of somebody's region, of which only a higher feature knows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Holiday:
    """Days on which schools are closed."""

    name: str
    starts_on: date
    ends_on: date


HolidaySource = Callable[[Session, UUID, date], Holiday | None]

_sources: list[HolidaySource] = []


def register_holidays(source: HolidaySource) -> None:
    """Say who knows the next holiday of a person; app.py calls this."""
    if source not in _sources:
        _sources.append(source)


def find_next_holiday(session: Session, user_id: UUID | None, today: date) -> Holiday | None:
    """The holiday of their region that ends on or after `today` and begins first, if anybody knows of one."""
    if user_id is None:
        return None
    found = (source(session, user_id, today) for source in _sources)
    return next((one for one in found if one is not None), None)

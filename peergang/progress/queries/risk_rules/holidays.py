"""Days on which nobody expects anything of anybody, at the school of an enrolment."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, cast, exists, func, literal
from sqlalchemy.dialects.postgresql import ARRAY

from peergang.cohorts.models import FreePeriod
from peergang.core.clock import local_date
from peergang.core.free_days import free_days
from peergang.reminders.queries.silence import region_of_enrolment
from peergang.reminders.rules import HOLIDAY


def in_holiday_still(day: Any, now: datetime) -> ColumnElement[bool]:
    """Whether `day` lies in a school holiday that is not over: what was due in it can wait until it is."""
    return (
        exists()
        .where(
            day.between(FreePeriod.starts_on, FreePeriod.ends_on),
            FreePeriod.ends_on >= literal(local_date(now), Date()),
            FreePeriod.ends_on - FreePeriod.starts_on >= HOLIDAY.days,
            (FreePeriod.region == "") | (FreePeriod.region == region_of_enrolment()),
        )
        .correlate_except(FreePeriod)
    )


def is_free(day: Any, now: datetime) -> ColumnElement[bool]:
    """Whether `day` (of this year or the two before it) is a public holiday, or free at the school of `Enrolment`."""
    public = sorted(free_days(range(now.year - 2, now.year + 1)))
    closed = (
        exists()
        .where(
            day.between(FreePeriod.starts_on, FreePeriod.ends_on),
            (FreePeriod.region == "") | (FreePeriod.region == region_of_enrolment()),
        )
        .correlate_except(FreePeriod)
    )
    found: ColumnElement[bool] = (day == func.any(cast(literal(public, ARRAY(Date)), ARRAY(Date)))) | closed
    return found

"""What the rules about figures of institutions look at: those figures, and the days of the cohorts."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Text, cast, func, literal, null, or_, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, CohortActivity, CohortModule, FreePeriod
from peergang.cohorts.queries.due import personal_due_at
from peergang.cohorts.rules import CohortState
from peergang.core.clock import local_date
from peergang.core.db import local_day
from peergang.curriculum.models import Activity
from peergang.identity.models import Institution
from peergang.progress.queries.compiled import is_one_of
from peergang.progress.queries.facts import REFLECTION, held_meetings
from peergang.progress.queries.newcomers import list_last_joined
from peergang.progress.queries.participation import list_cells_in
from peergang.progress.rules.risks import CohortDays
from peergang.reminders.rules import HOLIDAY


def list_judged(
    session: Session, now: datetime, only: Collection[UUID] | None
) -> Iterator[tuple[Any, CohortDays]]:
    """Every row of `list_cells_in` in a cohort that runs (and is one of `only`), with the days to judge it by."""
    cohorts = _list_days(session, now, only)
    holidays = _list_holidays(session, now)
    joined = list_last_joined(session, now, [one.cohort_id for one in cohorts.values()])
    for cell in list_cells_in(session, now, cohorts):
        days = cohorts.get(cell.cohort_id)
        if days is not None:
            joined_on = joined.get((cell.institution_id, cell.cohort_id))
            yield cell, days._replace(holiday_until=holidays.get(cell.institution_id), joined_on=joined_on)


def _list_days(session: Session, now: datetime, only: Collection[UUID] | None) -> dict[str, CohortDays]:
    held = held_meetings()
    last = select(held.c.cohort_id, held.c.id, local_day(held.c.starts_at).label("day")).where(
        held.c.back == 1
    )
    latest = last.subquery("latest")
    # Of nobody in particular: the date of the cohort itself.
    due_at = personal_due_at(null())
    due_on = (
        select(func.max(local_day(due_at)))
        .join(Activity, Activity.id == CohortActivity.activity_id)
        .where(
            CohortActivity.cohort_id == Cohort.id,
            Activity.kind == REFLECTION,
            Activity.required,
            due_at <= now,
        )
        .correlate(Cohort)
        .scalar_subquery()
    )
    opens_on = (
        select(local_day(func.min(CohortModule.opens_at)))
        .where(CohortModule.cohort_id == Cohort.id)
        .correlate(Cohort)
        .scalar_subquery()
    )
    rows = session.execute(
        # Before anything opened nobody could be at work.
        select(Cohort.id, func.greatest(Cohort.starts_on, opens_on), latest.c.id, latest.c.day, due_on)
        .outerjoin(latest, latest.c.cohort_id == Cohort.id)
        .where(
            Cohort.state == CohortState.RUNNING, *([] if only is None else [is_one_of(Cohort.id, list(only))])
        ),
        {"now": now},
    )
    return {str(row[0]): CohortDays(row[0], row[1], row[2], row[3], row[4], None) for row in rows}


def _list_holidays(session: Session, now: datetime) -> dict[str, date]:
    """By institution (as text) the last day of the latest school holiday that has begun there."""
    rows = session.execute(
        select(cast(Institution.id, Text), func.max(FreePeriod.ends_on))
        .join(FreePeriod, or_(FreePeriod.region == "", FreePeriod.region == Institution.region))
        .where(
            FreePeriod.starts_on <= literal(local_date(now), Date()),
            FreePeriod.ends_on - FreePeriod.starts_on >= HOLIDAY.days,
        )
        .group_by(Institution.id)
    )
    return {row[0]: row[1] for row in rows}

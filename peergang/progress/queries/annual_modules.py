"""In which module people stop: for every module of a cohort who was still there when it began, and who left during it. Who
went on in another cohort counts there alone, and who came back never left.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Subquery, Uuid, and_, cast, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, CohortModule, Enrolment
from peergang.cohorts.rules import EnrolmentRole
from peergang.core.clock import start_of_day
from peergang.core.db import Rows
from peergang.curriculum.models import Edition, Module
from peergang.progress.queries.annual_members import select_members
from peergang.progress.queries.leaving import LEFT_THEN, WENT_ON_THEN
from peergang.progress.queries.participation import SHOWN
from peergang.progress.queries.people import LATEST
from peergang.progress.rules.years import Year


def list_modules_of_year(session: Session, year: Year) -> Rows:
    """Every module of every cohort that began before the end of the year; only who left in the year counts as stopped.

    Columns: cohort_id, sign, slug, code, title, title_en, position, opens_at, reached, stopped.
    """
    return _list(session, year.at, start_of_day(year.since), _cohorts_of(year))


def list_modules_of_cohorts(session: Session, cohort_ids: Sequence[UUID], moment: datetime) -> Rows:
    """The same columns for some cohorts, from their beginning."""
    chosen = Cohort.id == func.any(cast(literal(list(cohort_ids), ARRAY(Uuid)), ARRAY(Uuid)))
    return _list(session, moment, None, and_(chosen, Cohort.state.in_(SHOWN)))


def _cohorts_of(year: Year) -> Any:
    return Cohort.id.in_(select_members(year).add_columns(Cohort.id))


def _windows(which: Any) -> Subquery:
    """When each module began and the next one did; what happened before the first one belongs to the first."""
    by_opening: dict[str, Any] = {
        "partition_by": CohortModule.cohort_id,
        "order_by": (CohortModule.opens_at, Module.position),
    }
    first = func.row_number().over(**by_opening) == 1
    return (
        select(
            CohortModule.cohort_id,
            Edition.sign,
            Module.slug,
            Module.code,
            Module.title,
            Module.title_en,
            Module.position,
            CohortModule.opens_at,
            first.label("is_first"),
            func.lead(CohortModule.opens_at).over(**by_opening).label("until"),
        )
        .join(Module, Module.id == CohortModule.module_id)
        .join(Cohort, Cohort.id == CohortModule.cohort_id)
        .join(Edition, Edition.id == Cohort.edition_id)
        .where(which)
        .subquery("windows")
    )


def _list(session: Session, moment: datetime, since: datetime | None, which: Any) -> Rows:
    one = _windows(which)
    left = LEFT_THEN
    still_there = or_(left.is_(None), one.c.is_first, left >= one.c.opens_at)
    during = and_(
        left.is_not(None),
        or_(one.c.is_first, left >= one.c.opens_at),
        or_(one.c.until.is_(None), left < one.c.until),
    )
    which_windows = or_(one.c.opens_at <= moment, one.c.is_first)
    if since is not None:
        during = and_(during, left >= since)
        still_there = and_(still_there, or_(left.is_(None), left >= since))
        which_windows = and_(which_windows, or_(one.c.until.is_(None), one.c.until > since))
    return session.execute(
        select(
            *(one.c[name] for name in ("cohort_id", "sign", "slug", "code", "title", "title_en", "position")),
            one.c.opens_at,
            func.count().filter(still_there).label("reached"),
            func.count().filter(during).label("stopped"),
        )
        .select_from(one)
        .join(Enrolment, Enrolment.cohort_id == one.c.cohort_id)
        .join(LATEST, true())
        .where(which_windows, Enrolment.role == EnrolmentRole.PARTICIPANT, ~WENT_ON_THEN)
        .group_by(*one.c)
        .order_by(one.c.sign, one.c.position, one.c.cohort_id),
        {"now": moment},
    ).all()

"""Who came in later, by institution and cohort: of them nothing is said about the time before."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Integer, Text, cast, exists, func, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, CohortActivity, Enrolment
from peergang.cohorts.queries.due import is_due_by, personal_due_at
from peergang.core.clock import local_date
from peergang.core.db import local_day
from peergang.coursework.models import Reflection, ReflectionVersion
from peergang.coursework.rules import ReflectionState
from peergang.curriculum.models import Activity
from peergang.identity.models import Institution
from peergang.progress.queries.compiled import has_progress, is_one_of
from peergang.progress.queries.facts import REFLECTION
from peergang.progress.queries.places import counting_day, join_institution


class Newcomers(NamedTuple):
    """When the last of the people joined, and how many reflections were due before the person of whom they are not there."""

    joined_on: date | None = None
    not_theirs: int = 0


def list_newcomers(
    session: Session, now: datetime, cohort_ids: Collection[UUID]
) -> dict[tuple[str, str], Newcomers]:
    """By institution and cohort, both as text; of whom figures count there."""
    handed_in = exists().where(
        Reflection.enrolment_id == Enrolment.id,
        Reflection.activity_id == CohortActivity.activity_id,
        Reflection.state != ReflectionState.WITHDRAWN,
        ReflectionVersion.reflection_id == Reflection.id,
        ReflectionVersion.number == 1,
    )
    not_theirs = (
        select(func.count())
        .select_from(CohortActivity)
        .join(Activity, Activity.id == CohortActivity.activity_id)
        .where(
            CohortActivity.cohort_id == Enrolment.cohort_id,
            # Most joined before anything was due, and are passed over by this.
            CohortActivity.due_at < Enrolment.activated_at,
            Activity.kind == REFLECTION,
            Activity.required,
            is_due_by(now),
            personal_due_at() < Enrolment.activated_at,
            ~handed_in,
        )
        .correlate(Enrolment)
        .scalar_subquery()
    )
    statement = (
        select(
            cast(Institution.id, Text),
            cast(Enrolment.cohort_id, Text),
            func.max(local_day(Enrolment.activated_at)),
            cast(func.sum(not_theirs), Integer),
        )
        .select_from(Enrolment)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(has_progress(), is_one_of(Cohort.id, list(cohort_ids)))
        .group_by(Institution.id, Enrolment.cohort_id)
    )
    rows = session.execute(join_institution(statement, counting_day(local_date(now))), {"now": now})
    return {(row[0], row[1]): Newcomers(row[2], row[3]) for row in rows}

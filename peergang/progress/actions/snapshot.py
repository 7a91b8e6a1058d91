"""The history of progress: one row a day for every enrolment that may still move."""

from datetime import datetime

from sqlalchemy import Date, literal, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.rules import CohortState
from peergang.core.clock import local_date, start_of_day
from peergang.progress.models import EnrolmentProgress, ProgressSnapshot

MOVING = (CohortState.OPEN, CohortState.RUNNING)


def take_snapshot(session: Session, *, now: datetime) -> int:
    """Keep the compiled figures as those of this day in Amsterdam; run it near the end of the day.

    The platform itself does this. A second run on the same day brings the day up to date and adds nothing. Of cohorts that
    have ended only what was compiled today is kept: the rest stands in the history and cannot change.

    Returns:
        How many rows were added or changed.
    """
    day = local_date(now)
    rows = (
        select(
            literal(day, Date).label("day"),
            EnrolmentProgress.enrolment_id,
            EnrolmentProgress.required,
            EnrolmentProgress.completed,
        )
        .join(Enrolment, Enrolment.id == EnrolmentProgress.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(or_(Cohort.state.in_(MOVING), EnrolmentProgress.compiled_at >= start_of_day(day)))
    )
    statement = insert(ProgressSnapshot).from_select(["day", "enrolment_id", "required", "completed"], rows)
    fresh = statement.excluded
    changed = statement.on_conflict_do_update(
        index_elements=["day", "enrolment_id"],
        set_={"required": fresh.required, "completed": fresh.completed},
        where=or_(
            ProgressSnapshot.required.is_distinct_from(fresh.required),
            ProgressSnapshot.completed.is_distinct_from(fresh.completed),
        ),
    ).returning(ProgressSnapshot.enrolment_id)
    return len(session.execute(changed).all())

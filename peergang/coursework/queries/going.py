"""The state of the cohort and the opening date that decide whether a piece of work goes on."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, CohortActivity


def get_going(session: Session, cohort_id: UUID, activity_id: UUID) -> tuple[str, datetime | None]:
    """The state of a cohort that exists, and when the activity opens in it (None without a date)."""
    row = session.execute(
        select(Cohort.state, CohortActivity.opens_at)
        .outerjoin(
            CohortActivity,
            (CohortActivity.cohort_id == Cohort.id) & (CohortActivity.activity_id == activity_id),
        )
        .where(Cohort.id == cohort_id)
    ).one()
    return row.state, row.opens_at

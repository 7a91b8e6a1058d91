"""The state of the cohort and the opening date that decide whether a piece of work goes on."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, CohortActivity
from peergang.core.prepared import Prepared

_planned = (CohortActivity.cohort_id == Cohort.id) & (CohortActivity.activity_id == bindparam("activity_id"))
_GOING = Prepared(
    select(Cohort.state, CohortActivity.opens_at)
    .outerjoin(CohortActivity, _planned)
    .where(Cohort.id == bindparam("cohort_id"))
)


def get_going(session: Session, cohort_id: UUID, activity_id: UUID) -> tuple[str, datetime | None]:
    """The state of a cohort that exists, and when the activity opens in it (None without a date)."""
    row = _GOING.one(session, cohort_id=cohort_id, activity_id=activity_id)
    return row.state, row.opens_at

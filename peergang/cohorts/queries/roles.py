"""Which roles somebody has in which cohorts."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.cohorts.rules import EnrolmentState

TAKES_PART = (EnrolmentState.ACTIVE, EnrolmentState.COMPLETED)


def list_roles(session: Session, user_id: UUID) -> Iterable[tuple[str, UUID | None]]:
    """The cohorts `user_id` takes part in, as (participant or trainer, cohort id)."""
    rows = session.execute(
        select(Enrolment.role, Enrolment.cohort_id).where(
            Enrolment.user_id == user_id, Enrolment.state.in_(TAKES_PART)
        )
    )
    return [(role, cohort_id) for role, cohort_id in rows]

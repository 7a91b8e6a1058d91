"""Which roles somebody has in which cohorts."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.cohorts.rules import EnrolmentState
from peergang.core.prepared import Prepared

TAKES_PART = (EnrolmentState.ACTIVE, EnrolmentState.COMPLETED)

_ROLES = Prepared(
    select(Enrolment.role, Enrolment.cohort_id).where(
        Enrolment.user_id == bindparam("user_id"), Enrolment.state.in_(TAKES_PART)
    )
)


def list_roles(session: Session, user_id: UUID) -> Iterable[tuple[str, UUID | None]]:
    """The cohorts `user_id` takes part in, as (participant or trainer, cohort id)."""
    return [(role, cohort_id) for role, cohort_id in _ROLES.all(session, user_id=user_id)]

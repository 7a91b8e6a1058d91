"""Which roles somebody has in which cohorts."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from peergang.cohorts.models import Enrolment
from peergang.cohorts.rules import EnrolmentRole, EnrolmentState
from peergang.core.prepared import Prepared

TAKES_PART = (EnrolmentState.ACTIVE, EnrolmentState.COMPLETED)


def took_part(place: Any = Enrolment) -> ColumnElement[bool]:
    """Whether somebody takes part, or did before they left. Who was only invited did not, whatever was written down of them
    at the door: it counts once they take their place.
    """
    return or_(place.state.in_(TAKES_PART), place.activated_at.is_not(None))


def trains(user_id: Any, cohort_id: Any) -> ColumnElement[bool]:
    """Whether the person in one column trains the cohort in the other."""
    place = aliased(Enrolment)
    return (
        exists()
        .where(
            place.user_id == user_id,
            place.cohort_id == cohort_id,
            place.role == EnrolmentRole.TRAINER,
            place.state.in_(TAKES_PART),
        )
        .correlate_except(place)
    )


def select_roles(user_id: ColumnElement[UUID] | InstrumentedAttribute[UUID]) -> Select[str, UUID | None]:
    """The cohorts somebody takes part in, as (participant or trainer, cohort id)."""
    return select(Enrolment.role, Enrolment.cohort_id).where(
        Enrolment.user_id == user_id, Enrolment.state.in_(TAKES_PART)
    )


_ROLES = Prepared(select_roles(bindparam("user_id")))


def list_roles(session: Session, user_id: UUID) -> Iterable[tuple[str, UUID | None]]:
    """The cohorts `user_id` takes part in, as (participant or trainer, cohort id)."""
    return [(role, cohort_id) for role, cohort_id in _ROLES.all(session, user_id=user_id)]

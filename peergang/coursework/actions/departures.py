"""What happens to work that somebody had in hand when they leave."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.coursework.actions.holding import send_held_of
from peergang.coursework.models import Reflection
from peergang.coursework.rules import ReflectionState


def release_reviews_of(session: Session, user_id: UUID, now: datetime, cohort_id: UUID | None = None) -> None:
    """Put what `user_id` has in review back into the queue, where it keeps its place: in one cohort, or in all.

    Called by the features below in the transaction in which somebody stops training a cohort or their account closes,
    so the one never happens without the other. What they pressed send on goes out at once; other drafts stay with them.
    """
    send_held_of(session, user_id, now, cohort_id)
    statement = update(Reflection).where(
        Reflection.state == ReflectionState.IN_REVIEW, Reflection.reviewer_id == user_id
    )
    if cohort_id is not None:
        there = select(Enrolment.id).where(Enrolment.cohort_id == cohort_id)
        statement = statement.where(Reflection.enrolment_id.in_(there))
    session.execute(
        statement.values(
            state=ReflectionState.SUBMITTED, reviewer_id=None, state_since=now
        ).execution_options(synchronize_session="fetch")
    )

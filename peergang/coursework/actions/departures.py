"""What happens to work that somebody had in hand when they leave."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Update, or_, select, update
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.core.jobs import Job, enqueue
from peergang.coursework.actions.holding import send_held_of
from peergang.coursework.models import Reflection
from peergang.coursework.rules import ReflectionState


def release_reviews_of(session: Session, user_id: UUID, now: datetime, cohort_id: UUID | None = None) -> None:
    """Put what `user_id` has in review back into the queue, where it keeps its place: in one cohort, or in all. Nothing is
    suggested to them there any more.

    Called by the features below in the transaction in which somebody stops training a cohort or their account closes,
    so the one never happens without the other. What they pressed send on goes out at once; other drafts stay with them.
    """
    in_hand = update(Reflection).where(
        Reflection.state == ReflectionState.IN_REVIEW, Reflection.reviewer_id == user_id
    )
    suggested = update(Reflection).where(Reflection.suggested_reviewer_id == user_id)
    covered = update(Reflection).where(Reflection.covering_for_id == user_id)
    changes: tuple[tuple[Update, dict[str, Any]], ...] = (
        (in_hand, {"state": ReflectionState.SUBMITTED, "reviewer_id": None, "state_since": now}),
        (suggested, {"suggested_reviewer_id": None, "lease_until": None}),
        (covered, {"covering_for_id": None}),
    )
    there = select(Enrolment.id).where(Enrolment.cohort_id == cohort_id)
    # In the order in which everybody locks several reflections: the changes below each go their own way through them.
    touched = or_(*(change.whereclause for change, _values in changes if change.whereclause is not None))
    held = select(Reflection.id).where(touched).order_by(Reflection.id).with_for_update()
    session.execute(held if cohort_id is None else held.where(Reflection.enrolment_id.in_(there)))
    send_held_of(session, user_id, now, cohort_id)
    for everywhere, values in changes:
        statement = everywhere if cohort_id is None else everywhere.where(Reflection.enrolment_id.in_(there))
        session.execute(statement.values(values).execution_options(synchronize_session="fetch"))
    enqueue(session, Job.COURSEWORK_BALANCE_REVIEWS)

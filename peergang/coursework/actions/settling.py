"""What follows when a review goes out: the state of the reflection, the completion, and the notice to its author."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.actions.completion import record_completion
from peergang.core.jobs import Job, enqueue
from peergang.coursework.models import Reflection, ReflectionVersion, Review
from peergang.coursework.rules import STEP_OF_DECISION, Decision, ReflectionState, Step, next_state


def settle_review(
    session: Session, review: Review, decision: Decision, enrolment_id: UUID, activity_id: UUID, now: datetime
) -> None:
    """Send `review`, whose reflection is locked: from `now` on its author sees it.

    One that was put back into the queue after its trainer pressed send is taken out again.
    """
    review.sent_at, review.held_until = now, None
    version = session.get_one(ReflectionVersion, review.version_id)
    reflection = session.get_one(Reflection, version.reflection_id, populate_existing=True)
    if reflection.state == ReflectionState.SUBMITTED:
        reflection.state = next_state(reflection.state, Step.OPEN_REVIEW)
        reflection.reviewer_id = review.reviewer_id
    reflection.state = next_state(reflection.state, STEP_OF_DECISION[decision])
    reflection.state_since, reflection.lease_until = now, None
    if decision != Decision.TALK_FIRST:
        reflection.reviewer_id = None
    if decision == Decision.APPROVE:
        record_completion(
            session,
            enrolment_id,
            activity_id,
            completed_at=now,
            evidence_kind="review",
            evidence_id=review.id,
        )
    enqueue(session, Job.NOTICES_PLAN_RULE, "review_decided")
    session.flush()


def latest_version_id(session: Session, reflection_id: UUID) -> UUID | None:
    """The version that waits for an answer."""
    return session.scalar(
        select(ReflectionVersion.id)
        .where(ReflectionVersion.reflection_id == reflection_id)
        .order_by(ReflectionVersion.number.desc())
        .limit(1)
    )

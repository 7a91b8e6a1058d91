"""Picking a reflection up, so that colleagues see who has it, and putting it back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.core.errors import Conflict
from peergang.core.permissions import Actor, require
from peergang.coursework.models import Reflection
from peergang.coursework.policy import can_review_reflection
from peergang.coursework.queries.access import ReflectionAccess, get_access
from peergang.coursework.rules import ReflectionState, Step, next_state


def claim_review(
    session: Session, actor: Actor, reflection_id: UUID, *, take_over: bool = False, now: datetime
) -> None:
    """Pick a submitted reflection up, so that colleagues see who has it. With `take_over` also from a colleague.

    Only trainers of its cohort, when the audience lets them read it. Picking up what one has already changes nothing.

    Raises:
        Conflict: `review_taken` when a colleague has it, `reflection_state` when nothing waits for an answer.
    """
    access = open_to_review(session, actor, reflection_id)
    claim_for(session, actor, access, now, take_over=take_over)


def release_review(session: Session, actor: Actor, reflection_id: UUID, *, now: datetime) -> None:
    """Put a reflection back into the queue, where it keeps its place. What was written stays with its trainer.

    Only the trainer who has it.

    Raises:
        Conflict: `review_taken` when a colleague has it, `reflection_state` when nobody has.
    """
    access = open_to_review(session, actor, reflection_id)
    state = next_state(access.state, Step.RELEASE)
    check_in_hand(actor, access)
    reflection = session.get_one(Reflection, reflection_id, populate_existing=True)
    reflection.state, reflection.reviewer_id, reflection.state_since = state, None, now
    session.flush()


def open_to_review(session: Session, actor: Actor, reflection_id: UUID) -> ReflectionAccess:
    """Lock a reflection for its trainer, and give the facts about it."""
    access = get_access(session, actor, reflection_id, lock=True)
    require(can_review_reflection(actor, access))
    return access


def check_in_hand(actor: Actor, access: ReflectionAccess) -> None:
    """Refuse with `review_taken` what another trainer has in hand."""
    if access.reviewer_id != actor.user_id:
        raise Conflict("review_taken")


def claim_for(
    session: Session, actor: Actor, access: ReflectionAccess, now: datetime, *, take_over: bool = False
) -> None:
    """Give a reflection that is locked to the actor; see claim_review."""
    if access.state == ReflectionState.IN_REVIEW and access.reviewer_id == actor.user_id:
        return
    # Without a reviewer it is still with somebody who trains here no longer.
    if access.state == ReflectionState.IN_REVIEW and access.reviewer_id is not None and not take_over:
        raise Conflict("review_taken")
    taking = access.state == ReflectionState.IN_REVIEW
    state = next_state(access.state, Step.TAKE_OVER if taking else Step.OPEN_REVIEW)
    reflection = session.get_one(Reflection, access.reflection_id, populate_existing=True)
    reflection.state, reflection.reviewer_id, reflection.state_since = state, actor.user_id, now
    session.flush()

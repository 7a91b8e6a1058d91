"""Picking a reflection up, so that colleagues see who has it, and putting it back. See docs/decisions/0027-leases.md."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import case, update
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict
from peergang.core.jobs import Job, enqueue
from peergang.core.permissions import Actor, require
from peergang.coursework.actions.handing_on import send_to_trainer
from peergang.coursework.actions.held import check_not_held
from peergang.coursework.models import Reflection
from peergang.coursework.policy import can_list_reviews, can_review_reflection
from peergang.coursework.queries.access import ReflectionAccess, get_access
from peergang.coursework.queries.next_review import lock_next
from peergang.coursework.rules import ReflectionState, Step, next_state
from peergang.coursework.rules.waiting import LEASE, has_lapsed


def claim_review(
    session: Session, actor: Actor, reflection_id: UUID, *, take_over: bool = False, now: datetime
) -> None:
    """Pick a submitted reflection up, so that colleagues see who has it, for as long as one works on it and half an hour
    after. With `take_over` also from a colleague who has it; when their time is over that needs no taking over.

    Only trainers of its cohort, when the audience lets them read it. Picking up what one has already gives new time.

    Raises:
        Conflict: `review_taken` when a colleague has it, `review_held` when an answer is on its way, `reflection_state` when
            nothing waits for one.
    """
    access = open_to_review(session, actor, reflection_id)
    claim_for(session, actor, access, now, take_over=take_over)


def claim_next(session: Session, actor: Actor, *, besides: UUID | None = None, now: datetime) -> UUID | None:
    """Pick up what waits longest: first what is suggested to the actor, then what is free for all, then the rest. Gives
    its id; None when nothing waits. `besides` comes last: the one on the screen.

    Only trainers, in the cohorts they train. Two at once never get the same one, and nobody waits for another as long as
    there is a second that waits.
    """
    require(can_list_reviews(actor))
    found = lock_next(session, actor, besides, now)
    if found is None:
        return None
    access = open_to_review(session, actor, found)
    claim_for(session, actor, access, now)
    return found


def release_review(session: Session, actor: Actor, reflection_id: UUID, *, now: datetime) -> None:
    """Put a reflection back into the queue, where it keeps its place. What was written stays with its trainer.

    Only the trainer who has it.

    Raises:
        Conflict: `review_taken` when a colleague has it, `reflection_state` when nobody has.
    """
    access = open_to_review(session, actor, reflection_id)
    state = next_state(access.state, Step.RELEASE)
    check_in_hand(actor, access)
    check_not_held(session, reflection_id)
    reflection = session.get_one(Reflection, reflection_id, populate_existing=True)
    reflection.state, reflection.reviewer_id, reflection.state_since = state, None, now
    reflection.lease_until = reflection.suggested_reviewer_id = None
    enqueue(session, Job.COURSEWORK_BALANCE_REVIEWS)
    session.flush()


def renew_lease(session: Session, actor: Actor, reflection_id: UUID, *, now: datetime) -> bool:
    """Give new time to who has it in hand and is at work. False when they have it no longer; what has no end stays so.

    Only trainers, and only ever about their own: for anybody else nothing happens.
    """
    require(can_list_reviews(actor))
    renewed = session.execute(
        update(Reflection)
        .where(
            Reflection.id == reflection_id,
            Reflection.state == ReflectionState.IN_REVIEW,
            Reflection.reviewer_id == actor.user_id,
        )
        .values(lease_until=case((Reflection.lease_until.is_not(None), now + LEASE)))
        .returning(Reflection.id)
        .execution_options(synchronize_session=False)
    )
    return renewed.first() is not None


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
        renew_lease(session, actor, access.reflection_id, now=now)
        return
    reflection = session.get_one(Reflection, access.reflection_id, populate_existing=True)
    taking = access.state == ReflectionState.IN_REVIEW
    # Without a reviewer it is still with somebody who trains here no longer.
    held = taking and access.reviewer_id is not None and not has_lapsed(reflection.lease_until, now)
    if held and not take_over:
        raise Conflict("review_taken")
    check_not_held(session, access.reflection_id)
    state = next_state(access.state, Step.TAKE_OVER if taking else Step.OPEN_REVIEW)
    # A trainer may be sooner than the group, on purpose: what the group still gives, comes as well.
    send_to_trainer(session, reflection, now)
    reflection.state, reflection.reviewer_id, reflection.state_since = state, actor.user_id, now
    # After a lapse it waits for who began, and a later version for who knows the earlier one.
    reflection.lease_until, reflection.suggested_reviewer_id = now + LEASE, actor.user_id
    reflection.covering_for_id = None
    session.flush()

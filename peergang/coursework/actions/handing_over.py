"""Asking a colleague by name to review something."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, Invalid
from peergang.core.jobs import Job, enqueue
from peergang.core.permissions import Actor
from peergang.coursework.actions.claiming import open_to_review
from peergang.coursework.actions.held import check_not_held
from peergang.coursework.models import HandOver, Reflection
from peergang.coursework.queries.trainers import list_trainers
from peergang.coursework.rules import WAITING, ReflectionState, Step, next_state
from peergang.coursework.rules.drafts import clean_text
from peergang.coursework.rules.waiting import has_lapsed

MAX_NOTE = 1_000


def hand_over_review(
    session: Session, actor: Actor, reflection_id: UUID, to_id: UUID | None, note: str = "", *, now: datetime
) -> HandOver:
    """Ask a colleague for what waits, with a word for them alone. They are told; others may still pick it up.

    Only trainers who may review it, and not what another colleague has in hand. What was written stays with its trainer.
    When the colleague is away it goes on to who does their work.

    Raises:
        Invalid: `not_a_colleague` for `colleague`, `too_long` for `note`.
        Conflict: `review_taken`, `review_held` when an answer is on its way, or `reflection_state` when nothing waits for one.
    """
    access = open_to_review(session, actor, reflection_id)
    if access.state not in WAITING:
        raise Conflict("reflection_state", state=access.state)
    reflection = session.get_one(Reflection, reflection_id, populate_existing=True)
    other = access.reviewer_id not in {None, actor.user_id}
    if other and not has_lapsed(reflection.lease_until, now):
        raise Conflict("review_taken")
    check_not_held(session, reflection_id)
    able = list_trainers(session, [access.cohort_id]).get(access.cohort_id, [])
    if to_id not in able or to_id in {actor.user_id, access.author_id}:
        raise Invalid({"colleague": "not_a_colleague"})
    handed = HandOver(
        reflection_id=reflection_id, from_id=actor.user_id, to_id=to_id, note=_checked(note), made_at=now
    )
    session.add(handed)
    if access.state == ReflectionState.IN_REVIEW:
        reflection.state, reflection.reviewer_id = next_state(access.state, Step.RELEASE), None
        reflection.state_since = now
    reflection.suggested_reviewer_id = to_id
    reflection.lease_until = reflection.covering_for_id = None
    enqueue(session, Job.NOTICES_PLAN_RULE, "review_handed_over")
    enqueue(session, Job.COURSEWORK_BALANCE_REVIEWS)
    session.flush()
    return handed


def _checked(note: str) -> str:
    text = clean_text(note).strip()
    if len(text) > MAX_NOTE:
        raise Invalid({"note": "too_long"})
    return text

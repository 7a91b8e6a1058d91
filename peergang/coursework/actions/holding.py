"""Ten seconds between pressing send and sending: see docs/decisions/0028-undo-after-sending.md."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.errors import Conflict
from peergang.core.permissions import Actor
from peergang.coursework.actions.claiming import check_in_hand, open_to_review
from peergang.coursework.actions.reviewing import find_draft, ready_to_send
from peergang.coursework.actions.settling import latest_version_id, settle_review
from peergang.coursework.models import Reflection, ReflectionVersion, Review
from peergang.coursework.queries.access import ReflectionAccess
from peergang.coursework.rules import WAITING, Decision

HOLD = timedelta(seconds=10)
LONGER = timedelta(seconds=60)
"""What somebody gets who wants more time to decide whether to take it back."""

MANY = 200
"""In one transaction; what is left has its turn at the next sweep."""


def hold_review(
    session: Session, actor: Actor, reflection_id: UUID, *, expected_revision: int, now: datetime
) -> Review:
    """Press send: the saved review goes out in ten seconds, unless its trainer takes it back first. Nobody sees it yet.

    Only the trainer who has the reflection in hand.

    Raises:
        Invalid: `decision_missing`, or `message_missing` when returning without a word.
        Conflict: `review_held` when it was pressed before, `review_taken`, `reflection_state`, `draft_moved_on`.
    """
    _access, review, _decision = ready_to_send(session, actor, reflection_id, expected_revision)
    if review.held_until is not None:
        raise Conflict("review_held")
    review.held_until = now + HOLD
    session.flush()
    return review


def undo_review(session: Session, actor: Actor, reflection_id: UUID) -> Review:
    """Take a review back that was not sent yet: it is the draft it was, and still in hand.

    Only the trainer who pressed send. As long as it really did not go out it can be taken back, also when a slow
    connection brings the wish a moment after the ten seconds.

    Raises:
        Conflict: `review_gone` when it went out, or nothing was on its way.
    """
    _access, review = _held(session, actor, reflection_id)
    review.held_until = None
    session.flush()
    return review


def hold_longer(session: Session, actor: Actor, reflection_id: UUID, *, now: datetime) -> datetime:
    """Let a review that was not sent yet wait another minute, for who needs more time. Returns when it goes.

    Only the trainer who pressed send.

    Raises:
        Conflict: `review_gone` when it went out, or nothing was on its way.
    """
    _access, review = _held(session, actor, reflection_id)
    review.held_until = now + LONGER
    session.flush()
    return review.held_until


def _held(session: Session, actor: Actor, reflection_id: UUID) -> tuple[ReflectionAccess, Review]:
    access = open_to_review(session, actor, reflection_id)
    review = find_draft(session, actor, access)
    if review is None or review.held_until is None:
        raise Conflict("review_gone")
    check_in_hand(actor, access)
    return access, review


def send_held_reviews(session: Session, now: datetime) -> int:
    """Send every review whose ten seconds are over; how many went.

    For a worker. Two at once each take others, as does who takes a review back: who has the rows locked decides, and the
    others pass by. Nothing is remembered outside the database, so a worker that dies loses nothing.
    """
    return _send(session, now, None)


def send_held_of(session: Session, user_id: UUID, now: datetime, cohort_id: UUID | None = None) -> int:
    """Send at once what `user_id` pressed send on, in one cohort or in all: they are leaving, and what was pressed is sent."""
    return _send(session, now, user_id, cohort_id)


def _send(session: Session, now: datetime, user_id: UUID | None, cohort_id: UUID | None = None) -> int:
    statement = (
        select(Review, Reflection.id, Reflection.enrolment_id, Reflection.activity_id, Reflection.state)
        .join(ReflectionVersion, ReflectionVersion.id == Review.version_id)
        .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .where(Review.held_until.is_not(None))
        # By enrolment: each marks the progress of one as changed, and two workers must not wait for each other.
        .order_by(Reflection.enrolment_id, Reflection.id)
        .limit(MANY)
        .execution_options(populate_existing=True)
    )
    if cohort_id is not None:
        statement = statement.where(Enrolment.cohort_id == cohort_id)
    if user_id is not None:
        # Who leaves waits for a worker or an undo that is busy with it.
        statement = statement.where(Review.reviewer_id == user_id).with_for_update(of=(Reflection, Review))
    else:
        statement = statement.where(
            Review.held_until <= now, Enrolment.cohort_id.in_(_share_cohorts(session, now))
        ).with_for_update(of=(Reflection, Review), skip_locked=True)
    sent = 0
    for review, reflection_id, enrolment_id, activity_id, state in session.execute(statement).all():
        if state in WAITING and latest_version_id(session, reflection_id) == review.version_id:
            settle_review(session, review, Decision(review.decision or ""), enrolment_id, activity_id, now)
            sent += 1
        else:
            # Its author took it back or wrote a better one, which only a reflection in nobody's hands allows.
            review.held_until = None
    session.flush()
    return sent


def _share_cohorts(session: Session, now: datetime) -> list[UUID]:
    """The cohorts of what is to be sent, held shared, but for those that somebody is changing: completing needs them, and
    whoever changes one may wait for a reflection that we would hold.
    """
    ready = (
        select(Review.id)
        .join(ReflectionVersion, ReflectionVersion.id == Review.version_id)
        .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .where(Review.held_until <= now, Enrolment.cohort_id == Cohort.id)
    )
    statement = select(Cohort.id).where(ready.exists()).order_by(Cohort.id)
    return list(session.scalars(statement.with_for_update(read=True, skip_locked=True)))

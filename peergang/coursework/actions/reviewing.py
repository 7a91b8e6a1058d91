"""A trainer's judgement of a reflection: writing it, and sending it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from peergang.core.errors import Conflict, Invalid
from peergang.core.permissions import Actor
from peergang.coursework.actions.claiming import check_in_hand, claim_for, open_to_review
from peergang.coursework.actions.settling import settle_review
from peergang.coursework.models import ReflectionVersion, Review
from peergang.coursework.queries.access import ReflectionAccess, get_access
from peergang.coursework.queries.at_work import share_cohort
from peergang.coursework.queries.open_account import hold_account
from peergang.coursework.rules import Decision, Judgement, ReflectionState
from peergang.coursework.rules.drafts import MAX_MESSAGE_LENGTH, clean_text
from peergang.curriculum.models import Activity


@dataclass(frozen=True, slots=True)
class ReviewText:
    """What a trainer has on the screen: decision ("" when none yet), a judgement per criterion, and the message."""

    decision: str = ""
    criteria: dict[str, str] = field(default_factory=dict)
    message: str = ""


def save_review(
    session: Session,
    actor: Actor,
    reflection_id: UUID,
    version_id: UUID,
    text: ReviewText,
    *,
    expected_revision: int,
    now: datetime,
) -> int:
    """Keep a review that is being written; it picks the reflection up. Returns the new revision.

    Only trainers of the cohort. `version_id` is the version on the screen.

    Raises:
        Invalid: `too_long` for `message`.
        Conflict: `newer_version` when the author submitted another one meanwhile, `review_taken`, `reflection_state`,
            `review_held` when it is on its way already, or `draft_moved_on` when another tab saved in between.
    """
    access = open_to_review(session, actor, reflection_id)
    _check_latest(session, access, version_id)
    claim_for(session, actor, access, now)
    new = _checked(session, access, text) | {"saved_at": now}
    hold_account(session, actor.user_id)
    revision = session.execute(_guarded_save(version_id, actor.user_id, new, expected_revision)).scalar()
    if revision is None:
        stored = find_draft(session, actor, access)
        raise Conflict("review_held" if stored and stored.held_until else "draft_moved_on")
    return revision


def _guarded_save(
    version_id: UUID, reviewer_id: UUID | None, new: dict[str, Any], expected_revision: int
) -> ReturningInsert[int]:
    return (
        insert(Review)
        .values(version_id=version_id, reviewer_id=reviewer_id, revision=1, **new)
        .on_conflict_do_update(
            index_elements=["version_id", "reviewer_id"],
            index_where=Review.sent_at.is_(None),
            set_={**new, "revision": Review.revision + 1},
            where=(Review.revision == expected_revision) & Review.held_until.is_(None),
        )
        .returning(Review.revision)
    )


def send_review(
    session: Session, actor: Actor, reflection_id: UUID, *, expected_revision: int, now: datetime
) -> Review:
    """Send the saved review of the latest version to the author at once, with the comments placed, and for good. The page
    lets it wait ten seconds first: see actions/holding.py.

    Only the trainer who has the reflection in hand. Approving completes the reflection's activity; returning lets the
    author write the next version; `talk_first` leaves it in review.

    Raises:
        Invalid: `decision_missing`, or `message_missing` when returning without a word.
        Conflict: `review_taken`, `reflection_state`, `draft_moved_on`.
    """
    # Completing needs the cohort, which comes before any reflection.
    share_cohort(session, get_access(session, actor, reflection_id).cohort_id)
    access, review, decision = ready_to_send(session, actor, reflection_id, expected_revision)
    settle_review(session, review, decision, access.enrolment_id, access.activity_id, now)
    return review


def ready_to_send(
    session: Session, actor: Actor, reflection_id: UUID, expected_revision: int
) -> tuple[ReflectionAccess, Review, Decision]:
    """The saved review of the latest version with its decision, checked and locked; see send_review."""
    access = open_to_review(session, actor, reflection_id)
    if access.state != ReflectionState.IN_REVIEW:
        raise Conflict("reflection_state", state=access.state)
    check_in_hand(actor, access)
    review = find_draft(session, actor, access)
    if review is None or review.revision != expected_revision:
        raise Conflict("draft_moved_on")
    return access, review, _sendable(review)


def find_draft(session: Session, actor: Actor, access: ReflectionAccess) -> Review | None:
    """The actor's unsent review of the latest version, as it is in the database now."""
    return session.scalars(
        select(Review)
        .join(ReflectionVersion, ReflectionVersion.id == Review.version_id)
        .where(
            ReflectionVersion.reflection_id == access.reflection_id,
            ReflectionVersion.number == access.latest,
            Review.reviewer_id == actor.user_id,
            Review.sent_at.is_(None),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()


def _check_latest(session: Session, access: ReflectionAccess, version_id: UUID) -> None:
    number = session.execute(
        select(ReflectionVersion.number).where(
            ReflectionVersion.id == version_id, ReflectionVersion.reflection_id == access.reflection_id
        )
    ).scalar()
    if number != access.latest:
        raise Conflict("newer_version")


def _checked(session: Session, access: ReflectionAccess, text: ReviewText) -> dict[str, object]:
    """The columns of a draft: what was not offered as a choice is dropped, because no honest form sends it."""
    message = clean_text(text.message)
    if len(message) > MAX_MESSAGE_LENGTH:
        raise Invalid({"message": "too_long"})
    settings = session.execute(
        select(Activity.settings).where(Activity.id == access.activity_id)
    ).scalar_one()
    known = {one["slug"] for one in settings.get("criteria", [])}
    judged = {
        slug: value for slug, value in text.criteria.items() if slug in known and value in set(Judgement)
    }
    return {
        "decision": text.decision if text.decision in set(Decision) else None,
        "criteria": judged,
        "message": message,
    }


def _sendable(review: Review) -> Decision:
    if review.decision is None:
        raise Invalid({"decision": "decision_missing"})
    if review.decision == Decision.RETURN and not review.message.strip():
        raise Invalid({"message": "message_missing"})
    return Decision(review.decision)

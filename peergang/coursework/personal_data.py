"""What export and erasure do with the records of this feature."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Enrolment
from peergang.coursework.models import Comment, PeerFeedback, Reflection, ReflectionVersion, Review
from peergang.curriculum.models import Activity

COLUMNS: dict[str, str] = {
    "reflection.enrolment_id": "Exported with all versions; at erasure the words are emptied and the state stays.",
    "reflection.reviewer_id": "Who has it in hand; cleared at erasure, and the reflection goes back to the queue.",
    "review.reviewer_id": "Exported; kept at erasure under a person without a name: the author depends on it.",
    "comment.author_id": "Exported; kept at erasure under a person without a name: the author depends on it.",
    "peer_feedback.giver_id": "Exported; kept at erasure under a person without a name: the receiver depends on it.",
}


def export(session: Session, user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Everything `user_id` wrote, and what others sent them, as plain rows. What others did not send yet is theirs."""
    return {name: _rows(session, statement) for name, statement in _statements(user_id).items()}


def _statements(user_id: UUID) -> dict[str, Select[*tuple[Any, ...]]]:
    mine = select(Enrolment.id).where(Enrolment.user_id == user_id)
    giver = aliased(Enrolment)
    about = select(
        Activity.title.label("activity"), Reflection.title.label("reflection"), ReflectionVersion.number
    )
    versions = about.select_from(ReflectionVersion).join(
        Reflection, Reflection.id == ReflectionVersion.reflection_id
    )
    versions = versions.join(Activity, Activity.id == Reflection.activity_id)
    own = Reflection.enrolment_id.in_(mine)
    review = (
        Review.decision,
        Review.criteria,
        Review.message,
        Review.saved_at,
        Review.sent_at,
        Review.read_at,
    )
    feedback = (PeerFeedback.answers, PeerFeedback.saved_at, PeerFeedback.sent_at, PeerFeedback.read_at)
    comment = (Comment.prompt, Comment.quote, Comment.body, Comment.created_at)
    on_review, on_feedback = (
        Review.version_id == ReflectionVersion.id,
        PeerFeedback.version_id == ReflectionVersion.id,
    )
    return {
        "reflections": select(
            Activity.title.label("activity"),
            Reflection.state,
            Reflection.audience,
            Reflection.title,
            Reflection.draft,
            Reflection.draft_saved_at,
            Reflection.submitted_at,
        )
        .join(Activity, Activity.id == Reflection.activity_id)
        .where(own)
        .order_by(Reflection.state_since),
        "reflection_versions": versions.add_columns(ReflectionVersion.answers, ReflectionVersion.submitted_at)
        .where(own)
        .order_by(ReflectionVersion.submitted_at),
        "reviews_received": versions.add_columns(*review)
        .join(Review, on_review)
        .where(own, Review.sent_at.is_not(None))
        .order_by(Review.sent_at),
        "feedback_received": versions.add_columns(*feedback)
        .join(PeerFeedback, on_feedback)
        .where(own, PeerFeedback.sent_at.is_not(None))
        .order_by(PeerFeedback.sent_at),
        "reviews_given": versions.with_only_columns(Activity.title.label("activity"), *review)
        .join(Review, on_review)
        .where(Review.reviewer_id == user_id)
        .order_by(Review.saved_at),
        "feedback_given": versions.with_only_columns(Activity.title.label("activity"), *feedback)
        .join(PeerFeedback, on_feedback)
        .join(giver, giver.id == PeerFeedback.giver_id)
        .where(giver.user_id == user_id)
        .order_by(PeerFeedback.saved_at),
        "comments_given": versions.with_only_columns(Activity.title.label("activity"), *comment)
        .join(Comment, Comment.version_id == ReflectionVersion.id)
        .where(Comment.author_id == user_id)
        .order_by(Comment.created_at),
    }


def _rows(session: Session, statement: Select[*tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dict(row) for row in session.execute(statement).mappings()]

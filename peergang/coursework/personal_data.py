"""What export and erasure do with the records of this feature."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.core.export import read_plain
from peergang.coursework.actions.erasing import erase_coursework
from peergang.coursework.models import (
    Attachment,
    Comment,
    FeedbackAssignment,
    PeerFeedback,
    Promotion,
    PromotionConsent,
    Reflection,
    ReflectionVersion,
    Review,
)
from peergang.coursework.queries.own_desk import (
    select_about_versions,
    select_for_the_desk,
    select_in_the_queue,
)
from peergang.coursework.queries.promotion import THEIRS
from peergang.curriculum.models import Activity

COLUMNS: dict[str, str] = {
    "attachment.reflection_id": "Exported as a list with the address of each file; at erasure row and file are removed.",
    "reflection.enrolment_id": "Exported with all versions; at erasure words are replaced, and nobody reviews it any more.",
    "reflection.reviewer_id": "Who has it in hand; cleared at erasure, and the reflection goes back to the queue.",
    "reflection.suggested_reviewer_id": "Who it waits for most; cleared when somebody leaves or is erased.",
    "reflection.covering_for_id": "For which absent trainer somebody does it; cleared when somebody leaves or is erased.",
    "trainer_absence.user_id": "Days away, exported; removed at erasure.",
    "trainer_absence.cover_id": "Who does it meanwhile; cleared at erasure.",
    "hand_over.from_id": "Exported with the note; at erasure the note is emptied and a person without a name stays.",
    "hand_over.to_id": "Exported without the note of the colleague; kept at erasure under a person without a name.",
    "promotion.source_reflection_id": "Whose it is follows from the reflection; exported with the examples made of it.",
    "promotion_consent.person_id": "Exported; at erasure the passages become a digest without words, the answer stays.",
    "promotion_consent.outside_name": "A name somebody typed, exported with their own; at erasure of the author it is emptied.",
    "review.reviewer_id": "Exported; kept at erasure under a person without a name: the author depends on it.",
    "review_phrase.user_id": "Exported; removed at erasure: nobody else ever sees them.",
    "calibration.opened_by_id": "Who put a version forward; kept at erasure under a person without a name.",
    "calibration_judgement.trainer_id": "Exported; kept at erasure under a person without a name: colleagues compare with it.",
    "comment.author_id": "Exported; kept at erasure under a person without a name: the author depends on it.",
    "feedback_assignment.receiver_id": "Whose work it is, kept at erasure: it holds no words, and who was asked depends on it.",
    "feedback_assignment.giver_id": "Exported as what one was asked to read; kept at erasure, it holds no words.",
    "feedback_assignment.asked_by_id": "The trainer who asked by name; kept at erasure under a person without a name.",
    "peer_feedback.giver_id": "Exported; kept at erasure under a person without a name: the receiver depends on it.",
}


def export(session: Session, user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Everything `user_id` wrote, and what others sent them, as plain rows. What others did not send yet is theirs."""
    return {
        name: read_plain(session, statement)
        for name, statement in (
            _own(user_id)
            | _given(user_id)
            | select_for_the_desk(user_id)
            | select_in_the_queue(user_id)
            | _consents(user_id)
        ).items()
    }


def erase(session: Session, user_id: UUID) -> list[str]:
    """Replace their words, keep what others wrote. The keys of the files to remove after the commit."""
    return erase_coursework(session, user_id)


_REVIEW = (Review.decision, Review.criteria, Review.message, Review.saved_at, Review.sent_at, Review.read_at)
_FEEDBACK = (
    PeerFeedback.saved_at,
    PeerFeedback.sent_at,
    PeerFeedback.changed_at,
    PeerFeedback.read_at,
    PeerFeedback.helpfulness,
    PeerFeedback.helpfulness_note,
    PeerFeedback.rated_at,
    PeerFeedback.thanked_at,
    PeerFeedback.thanks_read_at,
)
# What is not opened may still change: until then it is its writer's alone.
_FEEDBACK_RECEIVED = (
    case((PeerFeedback.read_at.is_not(None), PeerFeedback.answers)).label("answers"),
    case((PeerFeedback.read_at.is_not(None), PeerFeedback.criteria)).label("criteria"),
    *_FEEDBACK,
    PeerFeedback.thanks,
)
_FEEDBACK_GIVEN = (
    PeerFeedback.answers,
    PeerFeedback.criteria,
    PeerFeedback.rewrite,
    *_FEEDBACK,
    case((PeerFeedback.thanks_read_at.is_not(None), PeerFeedback.thanks), else_="").label("thanks"),
)
_ASKED = (FeedbackAssignment.assigned_at, FeedbackAssignment.state, FeedbackAssignment.ended_at)
# Without the quote: those words are the author's.
_COMMENT = (Comment.prompt, Comment.body, Comment.created_at)
_FILE = (
    Attachment.name,
    Attachment.media_type,
    Attachment.size,
    Attachment.description,
    Attachment.uploaded_at,
    Attachment.removed_at,
    # While signed in, this address gives the file itself.
    func.concat("/bijlagen/", Attachment.id).label("address"),
)
_DRAFT = (
    Reflection.state,
    Reflection.audience,
    Reflection.title,
    Reflection.prompt_set,
    Reflection.draft,
    Reflection.draft_saved_at,
    Reflection.submitted_at,
)


def _own(user_id: UUID) -> dict[str, Select[*tuple[Any, ...]]]:
    """What the person wrote for others to read, and what was sent to them about it."""
    own = Reflection.enrolment_id.in_(select(Enrolment.id).where(Enrolment.user_id == user_id))
    versions = select_about_versions(Reflection.title.label("reflection"), ReflectionVersion.number).where(
        own
    )
    return {
        "reflections": select(Activity.title.label("activity"), *_DRAFT)
        .join(Activity, Activity.id == Reflection.activity_id)
        .where(own)
        .order_by(Reflection.state_since),
        "reflection_versions": versions.add_columns(
            ReflectionVersion.prompts, ReflectionVersion.answers, ReflectionVersion.submitted_at
        ).order_by(ReflectionVersion.submitted_at),
        "attachments": select(Activity.title.label("activity"), *_FILE)
        .select_from(Attachment)
        .join(Reflection, Reflection.id == Attachment.reflection_id)
        .join(Activity, Activity.id == Reflection.activity_id)
        .where(own)
        .order_by(Attachment.uploaded_at),
        "reviews_received": versions.add_columns(*_REVIEW)
        .join(Review, Review.version_id == ReflectionVersion.id)
        .where(Review.sent_at.is_not(None))
        .order_by(Review.sent_at),
        "feedback_received": versions.add_columns(*_FEEDBACK_RECEIVED)
        .join(PeerFeedback, PeerFeedback.version_id == ReflectionVersion.id)
        .where(PeerFeedback.sent_at.is_not(None))
        .order_by(PeerFeedback.sent_at),
    }


def _given(user_id: UUID) -> dict[str, Select[*tuple[Any, ...]]]:
    """What the person wrote about the work of others, without the words of those others."""
    return {
        "reviews_given": select_about_versions(*_REVIEW)
        .join(Review, Review.version_id == ReflectionVersion.id)
        .where(Review.reviewer_id == user_id)
        .order_by(Review.saved_at),
        "feedback_given": select_about_versions(*_FEEDBACK_GIVEN)
        .join(PeerFeedback, PeerFeedback.version_id == ReflectionVersion.id)
        .join(Enrolment, Enrolment.id == PeerFeedback.giver_id)
        .where(Enrolment.user_id == user_id)
        .order_by(PeerFeedback.saved_at),
        "feedback_asked": select(Activity.title.label("activity"), *_ASKED)
        .select_from(FeedbackAssignment)
        .join(Reflection, Reflection.id == FeedbackAssignment.reflection_id)
        .join(Activity, Activity.id == Reflection.activity_id)
        .join(Enrolment, Enrolment.id == FeedbackAssignment.giver_id)
        .where(Enrolment.user_id == user_id),
        "comments_given": select_about_versions(*_COMMENT)
        .join(Comment, Comment.version_id == ReflectionVersion.id)
        .where(Comment.author_id == user_id)
        .order_by(Comment.created_at),
    }


def _consents(user_id: UUID) -> dict[str, Select[*tuple[Any, ...]]]:
    """The examples made of the person's reflections with whom they asked, and what was asked of the person."""
    consent = (
        PromotionConsent.passages,
        PromotionConsent.asked_at,
        PromotionConsent.answered_at,
        PromotionConsent.answer,
    )
    own = (
        select(Reflection.id)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .where(Enrolment.user_id == user_id)
    )
    return {
        "examples_of_reflections": select(
            Promotion.example_id,
            Promotion.source_reflection_id,
            Promotion.created_at,
            PromotionConsent.outside_name.label("asked_outside"),
            PromotionConsent.answer,
        )
        .outerjoin(
            PromotionConsent,
            (PromotionConsent.promotion_id == Promotion.id) & PromotionConsent.person_id.is_(None),
        )
        .where(Promotion.source_reflection_id.in_(own))
        .order_by(Promotion.created_at, PromotionConsent.outside_name),
        "consents_answered": select(*consent)
        .where(PromotionConsent.person_id == user_id, THEIRS)
        .order_by(PromotionConsent.asked_at),
    }

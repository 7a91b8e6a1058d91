"""Tables of coursework. What was submitted is immutable; a draft is a separate, overwritable thing."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

import peergang.cohorts.models
import peergang.curriculum.models
import peergang.identity.models  # noqa: F401 the foreign keys below name its tables
from peergang.core.db import Base, HasId


class Reflection(HasId, Base):
    """Somebody's reflection on one activity, with the draft they are writing.

    `draft_revision` counts saves: a save names the revision it started from, so two tabs cannot overwrite each other.
    `kept_prompts` are questions of an earlier edition that may have been answered and are not asked any more.
    """

    __tablename__ = "reflection"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"))
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"), index=True)
    state: Mapped[str] = mapped_column(server_default="draft", default="draft")
    audience: Mapped[str | None]
    title: Mapped[str] = mapped_column(server_default="", default="")
    draft: Mapped[dict[str, str]] = mapped_column(server_default="{}", default=dict)
    kept_prompts: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]", default=list)
    draft_revision: Mapped[int] = mapped_column(server_default="0", default=0)
    draft_saved_at: Mapped[datetime | None]
    state_since: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    reviewer_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)

    __table_args__ = (
        UniqueConstraint("enrolment_id", "activity_id"),
        CheckConstraint(
            "state IN ('draft','submitted','in_review','returned','approved','withdrawn')", name="state_known"
        ),
        CheckConstraint("audience IN ('private','trainer','peer_group','cohort')", name="audience_known"),
        CheckConstraint(
            "state NOT IN ('submitted','in_review') OR (audience IS NOT NULL AND audience <> 'private')",
            name="waiting_has_readers",
        ),
        CheckConstraint("(state = 'in_review') = (reviewer_id IS NOT NULL)", name="in_review_has_reviewer"),
        Index(
            "ix__reflection__waiting", "submitted_at", postgresql_where="state IN ('submitted','in_review')"
        ),
    )


class ReflectionVersion(HasId, Base):
    """What was submitted, word for word. A database trigger refuses every change (invariant 4)."""

    __tablename__ = "reflection_version"

    reflection_id: Mapped[UUID] = mapped_column(ForeignKey("reflection.id"))
    number: Mapped[int]
    title: Mapped[str]
    answers: Mapped[dict[str, str]]
    submitted_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("reflection_id", "number"),)


class Review(HasId, Base):
    """A trainer's judgement of one version. While `sent_at` is empty it is the trainer's own draft; once sent it stays.

    After "let us talk first" the same trainer writes a second one about the same version, so only drafts are unique.
    `revision` counts saves, as with a reflection's draft.
    """

    __tablename__ = "review"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("reflection_version.id"))
    reviewer_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    decision: Mapped[str | None]
    criteria: Mapped[dict[str, Any]] = mapped_column(server_default="{}", default=dict)
    message: Mapped[str] = mapped_column(server_default="", default="")
    revision: Mapped[int] = mapped_column(server_default="0", default=0)
    saved_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq__review__draft",
            "version_id",
            "reviewer_id",
            unique=True,
            postgresql_where=text("sent_at IS NULL"),
        ),
        Index("ix__review__version_id", "version_id"),
        CheckConstraint("decision IN ('approve','return','talk_first')", name="decision_known"),
        CheckConstraint("sent_at IS NULL OR decision IS NOT NULL", name="sent_has_decision"),
    )


class Comment(HasId, Base):
    """A remark on words of one version, anchored as W3C Web Annotation's TextQuoteSelector does: the quoted words with what
    stands before and after them. Without a quote it is about the whole answer to `prompt`.
    """

    __tablename__ = "comment"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("reflection_version.id"), index=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    prompt: Mapped[str]
    quote: Mapped[str] = mapped_column(server_default="", default="")
    prefix: Mapped[str] = mapped_column(server_default="", default="")
    suffix: Mapped[str] = mapped_column(server_default="", default="")
    body: Mapped[str]
    created_at: Mapped[datetime]


class PeerFeedback(HasId, Base):
    """What a member of the peer group gives back on one version: answers to the questions of the feedback activity."""

    __tablename__ = "peer_feedback"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("reflection_version.id"))
    giver_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    activity_id: Mapped[UUID | None] = mapped_column(ForeignKey("activity.id"))
    answers: Mapped[dict[str, str]]
    revision: Mapped[int] = mapped_column(server_default="0", default=0)
    saved_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("version_id", "giver_id"),)

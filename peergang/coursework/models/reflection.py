"""What somebody writes, and what was submitted. A version is immutable; a draft is a separate, overwritable thing."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class Reflection(HasId, Base):
    """Somebody's reflection on one activity, with the draft they are writing.

    `draft_revision` counts saves: a save names the revision it started from, so two tabs cannot overwrite each other.
    `for_trainer_at` is since when the trainer's queue holds what was submitted; empty while the peer group comes first.
    `promised_on` is the day by which that author was promised an answer. `lease_until` is until when `reviewer_id` has it in
    hand: empty without an end, and after a lapse when that was. `suggested_reviewer_id` is who it waits for most: a
    suggestion and no lock; `covering_for_id` is the absent trainer for whom they do it.
    `kept_prompts` are questions of an earlier edition that may have been answered and are not asked any more. `prompt_set`
    names the set of questions that the author chose, empty for those of the activity; `draft` keeps the answers to all sets.
    """

    __tablename__ = "reflection"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"))
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"), index=True)
    state: Mapped[str] = mapped_column(server_default="draft", default="draft")
    audience: Mapped[str | None]
    title: Mapped[str] = mapped_column(server_default="", default="")
    draft: Mapped[dict[str, str]] = mapped_column(server_default="{}", default=dict)
    kept_prompts: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]", default=list)
    prompt_set: Mapped[str] = mapped_column(server_default="", default="")
    draft_revision: Mapped[int] = mapped_column(server_default="0", default=0)
    draft_saved_at: Mapped[datetime | None]
    state_since: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    for_trainer_at: Mapped[datetime | None]
    reviewer_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    promised_on: Mapped[date | None]
    lease_until: Mapped[datetime | None]
    suggested_reviewer_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    covering_for_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)

    __table_args__ = (
        UniqueConstraint("enrolment_id", "activity_id"),
        UniqueConstraint("id", "enrolment_id"),
        CheckConstraint(
            "state IN ('draft','submitted','in_review','returned','approved','withdrawn')", name="state_known"
        ),
        CheckConstraint("prompt_set IN ('','starr','alact')", name="prompt_set_known"),
        CheckConstraint("audience IN ('private','trainer','peer_group','cohort')", name="audience_known"),
        CheckConstraint(
            "state NOT IN ('submitted','in_review') OR (audience IS NOT NULL AND audience <> 'private')",
            name="waiting_has_readers",
        ),
        CheckConstraint("(state = 'in_review') = (reviewer_id IS NOT NULL)", name="in_review_has_reviewer"),
        Index(
            "ix__reflection__waiting", "submitted_at", postgresql_where="state IN ('submitted','in_review')"
        ),
        Index(
            "ix__reflection__for_trainer",
            "for_trainer_at",
            postgresql_where="state IN ('submitted','in_review')",
        ),
    )


class ReflectionVersion(HasId, Base):
    """What was submitted, word for word, with what was asked then. A database trigger refuses every change (invariant 4)."""

    __tablename__ = "reflection_version"

    reflection_id: Mapped[UUID] = mapped_column(ForeignKey("reflection.id"))
    number: Mapped[int]
    title: Mapped[str]
    answers: Mapped[dict[str, str]]
    prompts: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]", default=list)
    submitted_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("reflection_id", "number"),)

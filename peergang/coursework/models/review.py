"""What a trainer gives back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class Review(HasId, Base):
    """A trainer's judgement of one version. While `sent_at` is empty it is the trainer's own draft; once sent it stays.

    After "let us talk first" the same trainer writes a second one about the same version, so only drafts are unique.
    `revision` counts saves, as with a reflection's draft. With `held_until` its trainer pressed send: it is still a draft
    that nobody else sees, and goes out then unless it is taken back first.
    """

    __tablename__ = "review"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("reflection_version.id"))
    reviewer_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    decision: Mapped[str | None]
    criteria: Mapped[dict[str, Any]] = mapped_column(server_default="{}", default=dict)
    message: Mapped[str] = mapped_column(server_default="", default="")
    revision: Mapped[int] = mapped_column(server_default="0", default=0)
    saved_at: Mapped[datetime]
    held_until: Mapped[datetime | None]
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
        Index("ix__review__held", "version_id", postgresql_where=text("held_until IS NOT NULL")),
        CheckConstraint(
            "held_until IS NULL OR (sent_at IS NULL AND decision IS NOT NULL)", name="held_is_ready"
        ),
        CheckConstraint("decision IN ('approve','return','talk_first')", name="decision_known"),
        CheckConstraint("sent_at IS NULL OR decision IS NOT NULL", name="sent_has_decision"),
    )

"""What peers give each other."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class PeerFeedback(HasId, Base):
    """What a member of the peer group gives back on one version: answers to the questions of the feedback activity, and
    what they saw of the criteria. Until it is sent it is a draft of the giver.

    Sent and not yet read, the giver may still change it: `rewrite` holds what they are writing then, which becomes
    `answers` and `criteria` in one step, so nobody ever reads half of it. Once read, a database trigger keeps it as it is.
    `asked` is what was asked when it was sent. The receiver says afterwards whether it helped, and may thank.
    """

    __tablename__ = "peer_feedback"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("reflection_version.id"))
    giver_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    activity_id: Mapped[UUID | None] = mapped_column(ForeignKey("activity.id"))
    answers: Mapped[dict[str, str]]
    criteria: Mapped[dict[str, Any]] = mapped_column(server_default="{}", default=dict)
    asked: Mapped[dict[str, Any]] = mapped_column(server_default="{}", default=dict)
    rewrite: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    revision: Mapped[int] = mapped_column(server_default="0", default=0)
    saved_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    helpfulness: Mapped[str | None]
    helpfulness_note: Mapped[str] = mapped_column(server_default="", default="")
    rated_at: Mapped[datetime | None]
    thanks: Mapped[str] = mapped_column(server_default="", default="")
    thanked_at: Mapped[datetime | None]
    thanks_read_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("version_id", "giver_id"),
        CheckConstraint("helpfulness IN ('helped','a_bit','not_really')", name="helpfulness_known"),
        CheckConstraint(
            "read_at IS NOT NULL OR (rated_at IS NULL AND thanked_at IS NULL)", name="answered_after_reading"
        ),
        CheckConstraint("(helpfulness IS NULL) = (rated_at IS NULL)", name="rated_has_moment"),
        CheckConstraint("(thanks = '') = (thanked_at IS NULL)", name="thanks_has_moment"),
        CheckConstraint("thanks_read_at IS NULL OR thanked_at IS NOT NULL", name="thanks_read_was_given"),
    )

"""A reflection that became a practice example, and who was asked about the words in it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

import peergang.practice.models  # noqa: F401 a foreign key below names its table
from peergang.core.db import Base, HasId


class Promotion(HasId, Base):
    """Which reflection an example was made of. It opens nothing: the reflection stays for whom its author chose."""

    __tablename__ = "promotion"

    example_id: Mapped[UUID] = mapped_column(
        ForeignKey("practice_example.id", ondelete="CASCADE"), unique=True
    )
    source_reflection_id: Mapped[UUID] = mapped_column(ForeignKey("reflection.id"), index=True)
    created_at: Mapped[datetime]


class PromotionConsent(HasId, Base):
    """Somebody whose words or name stand in an example, and what they (or for an outsider, the author) said about that.

    `passages` are the sentences that were shown when it was asked: an answer is about those words and no others.
    """

    __tablename__ = "promotion_consent"

    promotion_id: Mapped[UUID] = mapped_column(ForeignKey("promotion.id", ondelete="CASCADE"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    outside_name: Mapped[str] = mapped_column(server_default="", default="")
    passages: Mapped[list[str]] = mapped_column(JSONB)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str | None]

    __table_args__ = (
        Index(
            "uq__promotion_consent__person",
            "promotion_id",
            "person_id",
            unique=True,
            postgresql_where=text("person_id IS NOT NULL"),
        ),
        Index(
            "uq__promotion_consent__outside",
            "promotion_id",
            func.lower(text("outside_name")),
            unique=True,
            postgresql_where=text("person_id IS NULL"),
        ),
        CheckConstraint("(person_id IS NULL) = (outside_name <> '')", name="somebody"),
        CheckConstraint("answer IN ('yes','no','asked_myself','not_meant')", name="answer_known"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_dated"),
    )

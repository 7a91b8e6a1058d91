"""Tables of the shared library."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import String

import peergang.curriculum.models
import peergang.identity.models  # noqa: F401 the foreign keys below name its tables
from peergang.core.db import Base, HasId

# Weighted by field. Dutch stemming alone misses coach/coaches or toets/toetsen, so the plain words stand beside it
# and the query asks for both (docs/decisions/0012-search-in-dutch.md).
_SEARCH = " || ".join(
    f"setweight(to_tsvector('{config}', {columns}), '{weight}')"
    for weight, columns in (
        ("A", "title"),
        ("B", "summary || ' ' || goal || ' ' || array_to_text(tags)"),
        ("C", "context || ' ' || approach || ' ' || result || ' ' || learned || ' ' || conditions"),
    )
    for config in ("dutch", "simple")
)


class PracticeExample(HasId, Base):
    """Something that was tried in practice, written so that a colleague elsewhere can do it too."""

    __tablename__ = "practice_example"

    author_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    institution_id: Mapped[UUID | None] = mapped_column(ForeignKey("institution.id"), index=True)
    enrolment_id: Mapped[UUID | None] = mapped_column(ForeignKey("enrolment.id"), index=True)
    activity_id: Mapped[UUID | None] = mapped_column(ForeignKey("activity.id"), index=True)
    state: Mapped[str] = mapped_column(server_default="draft", default="draft")
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(server_default="", default="")
    context: Mapped[str] = mapped_column(server_default="", default="")
    goal: Mapped[str] = mapped_column(server_default="", default="")
    approach: Mapped[str] = mapped_column(server_default="", default="")
    result: Mapped[str] = mapped_column(server_default="", default="")
    learned: Mapped[str] = mapped_column(server_default="", default="")
    conditions: Mapped[str] = mapped_column(server_default="", default="")
    main_question: Mapped[str | None]
    topic_code: Mapped[str | None]
    themes: Mapped[list[str]] = mapped_column(ARRAY(String), server_default="{}", default=list)
    sector: Mapped[str] = mapped_column(server_default="all", default="all")
    tags: Mapped[list[str]] = mapped_column(ARRAY(String), server_default="{}", default=list)
    licence: Mapped[str] = mapped_column(server_default="cc-by-sa-4.0", default="cc-by-sa-4.0")
    revision: Mapped[int] = mapped_column(server_default="0", default=0)
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    review_by: Mapped[date | None] = mapped_column(index=True)
    search: Mapped[str] = mapped_column(TSVECTOR, Computed(_SEARCH, persisted=True), deferred=True)

    __table_args__ = (
        CheckConstraint(
            "state IN ('draft','submitted','returned','published','review_due','archived')",
            name="state_known",
        ),
        CheckConstraint("sector IN ('all','economy','green','technology','care')", name="sector_known"),
        CheckConstraint("licence IN ('cc-by-4.0','cc-by-sa-4.0','network')", name="licence_known"),
        CheckConstraint(
            "state NOT IN ('published','review_due') OR (published_at IS NOT NULL AND review_by IS NOT NULL)",
            name="published_dated",
        ),
        Index("ix__practice_example__search", "search", postgresql_using="gin"),
    )


class Adoption(HasId, Base):
    """ "I tried this": the note of somebody who used an example, which is the evidence that it travels."""

    __tablename__ = "adoption"

    example_id: Mapped[UUID] = mapped_column(ForeignKey("practice_example.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    institution_id: Mapped[UUID | None] = mapped_column(ForeignKey("institution.id"))
    outcome: Mapped[str]
    note: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (
        UniqueConstraint("example_id", "user_id"),
        CheckConstraint("outcome IN ('worked','partly','did_not')", name="outcome_known"),
    )


class SavedExample(Base):
    """A bookmark in the library."""

    __tablename__ = "saved_example"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), primary_key=True)
    example_id: Mapped[UUID] = mapped_column(ForeignKey("practice_example.id"), primary_key=True, index=True)
    saved_at: Mapped[datetime]

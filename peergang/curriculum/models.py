"""Tables of the curriculum. An edition and everything under it is written once, by a load, and never changed.

Every row of one edition gets new ids; the slug is what stays the same from edition to edition.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import String

from peergang.core.db import Base, HasId


class Programme(HasId, Base):
    """A programme that cohorts follow: Peergang or Masterclass."""

    __tablename__ = "programme"

    slug: Mapped[str] = mapped_column(unique=True)


class Edition(HasId, Base):
    """An immutable, numbered state of a programme's content. A running cohort keeps the edition it started with.

    `certificate` holds what earns the certificate and what stands on it (content.schema.CertificateHeader); an edition without
    gives none.
    """

    __tablename__ = "edition"

    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"))
    number: Mapped[int]
    checksum: Mapped[str]
    loaded_at: Mapped[datetime]
    title: Mapped[str]
    title_en: Mapped[str]
    summary: Mapped[str]
    summary_en: Mapped[str]
    sign: Mapped[str]
    body_html: Mapped[str]
    certificate: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))

    __table_args__ = (
        UniqueConstraint("programme_id", "number"),
        CheckConstraint("sign IN ('peergang', 'masterclass')", name="sign_known"),
    )


class Module(HasId, Base):
    """A module of an edition: a main question (Peergang) or a success factor (Masterclass)."""

    __tablename__ = "module"

    edition_id: Mapped[UUID] = mapped_column(ForeignKey("edition.id"))
    slug: Mapped[str]
    position: Mapped[int]
    code: Mapped[str]
    title: Mapped[str]
    title_en: Mapped[str]
    question: Mapped[str]
    question_en: Mapped[str]
    summary: Mapped[str]
    summary_en: Mapped[str]
    main_question: Mapped[str | None]
    success_factor: Mapped[int | None]
    body_html: Mapped[str]

    __table_args__ = (UniqueConstraint("edition_id", "slug"), UniqueConstraint("edition_id", "position"))


class Topic(HasId, Base):
    """A topic of a module, such as 2.5; `body_html` is rendered and cleaned once, at the load."""

    __tablename__ = "topic"

    module_id: Mapped[UUID] = mapped_column(ForeignKey("module.id"))
    slug: Mapped[str]
    position: Mapped[int]
    code: Mapped[str]
    title: Mapped[str]
    title_en: Mapped[str]
    summary: Mapped[str]
    summary_en: Mapped[str]
    minutes: Mapped[int]
    body_html: Mapped[str]

    __table_args__ = (UniqueConstraint("module_id", "slug"), UniqueConstraint("module_id", "code"))


class Reading(HasId, Base):
    """A publication to read with a module."""

    __tablename__ = "reading"

    module_id: Mapped[UUID] = mapped_column(ForeignKey("module.id"))
    slug: Mapped[str]
    position: Mapped[int]
    title: Mapped[str]
    organisation: Mapped[str]
    gain: Mapped[str]
    minutes: Mapped[int | None]
    url: Mapped[str | None]

    __table_args__ = (UniqueConstraint("module_id", "slug"),)


class ConversationQuestion(HasId, Base):
    """A question to ask a key figure about a topic."""

    __tablename__ = "conversation_question"

    topic_id: Mapped[UUID] = mapped_column(ForeignKey("topic.id"))
    slug: Mapped[str]
    position: Mapped[int]
    figure: Mapped[str]
    theme: Mapped[str]
    text: Mapped[str]

    __table_args__ = (UniqueConstraint("topic_id", "slug"),)


class Activity(HasId, Base):
    """Something to do in a module. `settings` holds the keys of its kind (prompts, criteria, agenda, …) as checked at the
    load; see docs/content.md.
    """

    __tablename__ = "activity"

    edition_id: Mapped[UUID] = mapped_column(ForeignKey("edition.id"))
    module_id: Mapped[UUID] = mapped_column(ForeignKey("module.id"), index=True)
    slug: Mapped[str]
    position: Mapped[int]
    kind: Mapped[str]
    phase: Mapped[str]
    required: Mapped[bool]
    minutes: Mapped[int]
    due_days_before: Mapped[int]
    title: Mapped[str]
    title_en: Mapped[str]
    summary: Mapped[str]
    summary_en: Mapped[str]
    body_html: Mapped[str]
    topic_codes: Mapped[list[str]] = mapped_column(ARRAY(String), server_default="{}", default=list)
    settings: Mapped[dict[str, Any]] = mapped_column(server_default="{}", default=dict)

    __table_args__ = (UniqueConstraint("edition_id", "slug"),)

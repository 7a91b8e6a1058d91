"""Files that belong to a reflection. Of a file the database holds what it is; the bytes lie in core.storage."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class Attachment(HasId, Base):
    """A file of a reflection. While `removed_at` is empty it goes along with the next version that is submitted.

    What was stored never changes: a trigger lets only the description and `removed_at` be written.
    """

    __tablename__ = "attachment"

    reflection_id: Mapped[UUID] = mapped_column(ForeignKey("reflection.id"))
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    storage_key: Mapped[str] = mapped_column(unique=True)
    preview_key: Mapped[str | None] = mapped_column(unique=True)
    width: Mapped[int | None]
    height: Mapped[int | None]
    description: Mapped[str] = mapped_column(server_default="", default="")
    uploaded_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("size > 0", name="size_sane"),
        CheckConstraint("(width IS NULL) = (height IS NULL)", name="whole_measure"),
        Index("ix__attachment__reflection_id", "reflection_id", "uploaded_at"),
    )


class VersionAttachment(Base):
    """A file that was there when a version was submitted, with the description it had then. A trigger refuses every change."""

    __tablename__ = "version_attachment"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("reflection_version.id"), primary_key=True)
    attachment_id: Mapped[UUID] = mapped_column(ForeignKey("attachment.id"), primary_key=True, index=True)
    description: Mapped[str] = mapped_column(server_default="", default="")

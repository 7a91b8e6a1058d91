"""Remarks at the words of a version."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


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

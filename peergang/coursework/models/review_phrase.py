"""Sentences that a trainer writes more than once."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class ReviewPhrase(HasId, Base):
    """One sentence of somebody's own, for the message and the comments; `used` counts how often it was put in."""

    __tablename__ = "review_phrase"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    title: Mapped[str] = mapped_column(server_default="", default="")
    text: Mapped[str]
    position: Mapped[int]
    used: Mapped[int] = mapped_column(server_default="0", default=0)

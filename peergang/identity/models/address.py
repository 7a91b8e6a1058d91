"""The table of addresses that were changed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class EmailChange(HasId, Base):
    """Somebody has another address: of their own choice, or an organiser corrected it.

    The old one is kept for a month, because both addresses are told.
    """

    __tablename__ = "email_change"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    old_email: Mapped[str]
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))

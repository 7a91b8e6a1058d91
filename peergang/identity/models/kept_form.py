"""The table of forms that were sent when their sender was not signed in any more."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class KeptForm(HasId, Base):
    """What somebody sent just after their session had ended: sealed (core/sealing.py), theirs alone, for a day at most."""

    __tablename__ = "kept_form"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    content: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

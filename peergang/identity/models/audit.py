"""The table of what somebody may have to account for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class AuditEvent(HasId, Base):
    """What was done that somebody may have to account for. Never holds the words of a reflection."""

    __tablename__ = "audit_event"

    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    verb: Mapped[str]
    subject_type: Mapped[str] = mapped_column(server_default="", default="")
    subject_id: Mapped[UUID | None]
    details: Mapped[dict[str, Any]] = mapped_column(server_default="{}", default=dict)

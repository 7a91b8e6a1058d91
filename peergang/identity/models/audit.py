"""The tables of what somebody may have to account for."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class AuditEvent(HasId, Base):
    """What was done that somebody may have to account for. Never holds the words of a reflection.

    A row is never changed; only the nightly cleaning removes it, after the time that docs/operations.md states.
    """

    __tablename__ = "audit_event"

    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    verb: Mapped[str]
    subject_type: Mapped[str] = mapped_column(server_default="", default="")
    subject_id: Mapped[UUID | None] = mapped_column(index=True)
    details: Mapped[dict[str, Any]] = mapped_column(server_default="{}", default=dict)

    __table_args__ = (
        # The log is read by period and by verb, newest first, from a key onwards.
        Index("ix__audit_event__at_id", "at", "id"),
        Index("ix__audit_event__verb_at", "verb", "at"),
    )


class DataOpening(HasId, Base):
    """Somebody with a role saw named data of a person: once for each viewer and day, however often they looked."""

    __tablename__ = "data_opening"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    viewer_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    opened_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(index=True)
    page: Mapped[str]
    exported: Mapped[bool] = mapped_column(server_default="false", default=False)
    reason: Mapped[str] = mapped_column(server_default="", default="")

    __table_args__ = (
        UniqueConstraint("user_id", "viewer_id", "opened_on"),
        CheckConstraint("user_id <> viewer_id", name="somebody_else"),
    )

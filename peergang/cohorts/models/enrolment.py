"""The table of everybody's place in a cohort."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class Enrolment(HasId, Base):
    """Somebody's place in a cohort, as participant or trainer, under the affiliation of the day it began."""

    __tablename__ = "enrolment"

    cohort_id: Mapped[UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    affiliation_id: Mapped[UUID | None] = mapped_column(ForeignKey("affiliation.id"), index=True)
    role: Mapped[str]
    state: Mapped[str]
    invited_at: Mapped[datetime | None]
    waitlisted_at: Mapped[datetime | None]
    activated_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    # Why somebody stopped, as a code; and whom an organiser put in front of the list (the higher comes first).
    withdrawn_reason: Mapped[str] = mapped_column(server_default="", default="")
    moved_up: Mapped[int] = mapped_column(server_default="0", default=0)

    __table_args__ = (
        UniqueConstraint("cohort_id", "user_id", "role"),
        UniqueConstraint("id", "cohort_id"),
        CheckConstraint("role IN ('participant','trainer')", name="role_known"),
        CheckConstraint(
            "state IN ('invited','waitlisted','active','completed','withdrawn')", name="state_known"
        ),
        CheckConstraint("role = 'trainer' OR affiliation_id IS NOT NULL", name="participant_affiliated"),
    )

"""The table of people who asked for a place."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class JoinRequest(HasId, Base):
    """Somebody asked for a place through the link of a cohort. What they wrote is emptied once it is decided.

    Before the decision `user_id` is only known of who was signed in: an address that is typed proves nothing.
    """

    __tablename__ = "join_request"

    cohort_id: Mapped[UUID] = mapped_column(ForeignKey("cohort.id"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    given_name: Mapped[str]
    particle: Mapped[str]
    family_name: Mapped[str]
    email: Mapped[str]
    institution_id: Mapped[UUID | None] = mapped_column(ForeignKey("institution.id"), index=True)
    institution_text: Mapped[str]
    job_title: Mapped[str]
    motivation: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="waiting", default="waiting")
    requested_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))

    __table_args__ = (
        CheckConstraint("state IN ('waiting','approved','declined')", name="state_known"),
        # Asking twice is asking once.
        Index(
            "uq__join_request__waiting",
            "cohort_id",
            "email",
            unique=True,
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix__join_request__cohort_id", "cohort_id", "state"),
    )

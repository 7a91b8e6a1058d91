"""Who was asked to read whose work."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class FeedbackAssignment(HasId, Base):
    """A member of the peer group (`giver_id`) was asked for feedback on a reflection. It ends once: given, or released with
    a reason; whoever is asked instead has an assignment of their own that points at it. A database trigger keeps what
    was. `receiver_id` is the author's place, so that the database itself refuses to ask somebody about their own work.
    `asked_by_id` is the trainer who asked by name, or nobody.
    """

    __tablename__ = "feedback_assignment"

    reflection_id: Mapped[UUID]
    receiver_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    giver_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    round: Mapped[int]
    assigned_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default="open", default="open")
    reason: Mapped[str] = mapped_column(server_default="", default="")
    ended_at: Mapped[datetime | None]
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("feedback_assignment.id"), index=True)
    asked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)

    __table_args__ = (
        ForeignKeyConstraint(["reflection_id", "receiver_id"], ["reflection.id", "reflection.enrolment_id"]),
        Index("ix__feedback_assignment__reflection_id", "reflection_id"),
        Index(
            "uq__feedback_assignment__standing",
            "reflection_id",
            "giver_id",
            unique=True,
            postgresql_where=text("state <> 'released'"),
        ),
        CheckConstraint("giver_id <> receiver_id", name="never_oneself"),
        CheckConstraint("round BETWEEN 1 AND 20", name="round_sane"),
        CheckConstraint("state IN ('open','given','released')", name="state_known"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended_has_moment"),
        CheckConstraint("(state = 'released') = (reason <> '')", name="released_has_reason"),
    )

"""Who is away, and what was handed to somebody by name."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class TrainerAbsence(HasId, Base):
    """Days on which a trainer reviews nothing, and who does it meanwhile; without a cover whoever has least to do."""

    __tablename__ = "trainer_absence"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    cover_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    made_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="absence_forward"),
        CheckConstraint("cover_id <> user_id", name="covered_by_another"),
    )


class HandOver(HasId, Base):
    """A trainer asked a colleague by name to review something, with a word for that colleague alone."""

    __tablename__ = "hand_over"

    reflection_id: Mapped[UUID] = mapped_column(ForeignKey("reflection.id"), index=True)
    from_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    to_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    note: Mapped[str] = mapped_column(server_default="", default="")
    made_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("from_id <> to_id", name="to_another"),)

"""Tables of conversations. The notes are for their author alone."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

import peergang.curriculum.models
import peergang.identity.models  # noqa: F401 the foreign keys below name its tables
from peergang.core.db import Base, HasId


class Conversation(HasId, Base):
    """A conversation that was held, with private notes, agreements and a date to come back to it."""

    __tablename__ = "conversation"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    enrolment_id: Mapped[UUID | None] = mapped_column(ForeignKey("enrolment.id"), index=True)
    activity_id: Mapped[UUID | None] = mapped_column(ForeignKey("activity.id"))
    held_on: Mapped[date]
    figure: Mapped[str]
    topic_code: Mapped[str] = mapped_column(server_default="", default="")
    notes: Mapped[str] = mapped_column(server_default="", default="")
    agreements: Mapped[str] = mapped_column(server_default="", default="")
    follow_up_on: Mapped[date | None] = mapped_column(index=True)
    created_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint(
            "figure IN ('teacher','i_coach','school_leader','staff','board')", name="figure_known"
        ),
    )

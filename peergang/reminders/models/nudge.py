"""What a trainer asked."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

import peergang.cohorts.models
import peergang.curriculum.models  # noqa: F401 the foreign keys below name their tables
from peergang.core.db import Base, HasId


class Nudge(HasId, Base):
    """A trainer asked to have a participant reminded of one activity. The rule `trainer_reminder` makes a message of it,
    which counts for the week of its reader as any other.

    At most once a week for a person and an activity: the cohort is held while that is looked at. Taken back
    (`withdrawn_at`) before it left, it counts no more.
    """

    __tablename__ = "nudge"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"))
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"))
    asked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("withdrawn_at >= asked_at", name="withdrawn_later"),
        Index("ix__nudge__enrolment_id", "enrolment_id", "activity_id", "asked_at"),
    )

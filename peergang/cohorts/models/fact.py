"""Tables of what somebody did."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base


class TopicRead(Base):
    """A participant marked a topic as read."""

    __tablename__ = "topic_read"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    topic_id: Mapped[UUID] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    read_at: Mapped[datetime]


class ActivityCompletion(Base):
    """The fact that somebody completed an activity, with its date and evidence.

    Never changed, never removed: a database trigger refuses both (invariant 2).
    """

    __tablename__ = "activity_completion"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    completed_at: Mapped[datetime]
    evidence_kind: Mapped[str]
    evidence_id: Mapped[UUID | None]

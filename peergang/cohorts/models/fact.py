"""Tables of what somebody did."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base


class TopicRead(Base):
    """A participant marked a topic as read."""

    __tablename__ = "topic_read"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    topic_id: Mapped[UUID] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    read_at: Mapped[datetime]


class ActivityCompletion(Base):
    """The fact that somebody completed an activity, with its date, its evidence and the version of the rule it met.

    Never changed, never removed: a database trigger refuses both (invariant 2). Except that one which rests on an override
    that was taken back makes way; `rules.completion` names the evidence and the versions.
    """

    __tablename__ = "activity_completion"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    completed_at: Mapped[datetime]
    evidence_kind: Mapped[str]
    evidence_id: Mapped[UUID | None]
    rule_version: Mapped[int] = mapped_column(SmallInteger, server_default="1", default=1)

    __table_args__ = (
        # For finding what rests on one override; the facts themselves are found by enrolment.
        Index(
            "ix__activity_completion__override",
            "evidence_id",
            postgresql_where=text("evidence_kind = 'override'"),
        ),
    )

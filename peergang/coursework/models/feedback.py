"""What peers give each other."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class PeerFeedback(HasId, Base):
    """What a member of the peer group gives back on one version: answers to the questions of the feedback activity."""

    __tablename__ = "peer_feedback"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("reflection_version.id"))
    giver_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    activity_id: Mapped[UUID | None] = mapped_column(ForeignKey("activity.id"))
    answers: Mapped[dict[str, str]]
    revision: Mapped[int] = mapped_column(server_default="0", default=0)
    saved_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("version_id", "giver_id"),)

"""Tables of calendars: everybody's feed, and what the invitations by mail told whose calendar."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

import peergang.notifications.models  # noqa: F401 a foreign key below names its table
from peergang.core.db import Base


class CalendarFeed(Base):
    """The secret address of somebody's calendar, as a hash: the address itself is shown once."""

    __tablename__ = "calendar_feed"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    with_due_dates: Mapped[bool] = mapped_column(server_default="false", default=False)


class CalendarLine(Base):
    """What one mail says to one calendar about one meeting.

    `sequence` only ever goes up for a person and a meeting, also when they leave and come back, because a calendar takes
    the highest as the truth. Whether the line was told depends on what became of its notice.
    """

    __tablename__ = "calendar_line"

    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notice.id"), primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"))
    revision: Mapped[int]
    sequence: Mapped[int]
    method: Mapped[str]

    __table_args__ = (
        Index("ix__calendar_line__enrolment_id", "enrolment_id", "meeting_id", "sequence"),
        CheckConstraint("method IN ('REQUEST','CANCEL')", name="method_known"),
    )

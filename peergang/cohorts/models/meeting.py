"""Tables of meetings and who was there."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class Meeting(HasId, Base):
    """A meeting of a cohort, with a place, a link or both. `revision` counts changes, as iCalendar's SEQUENCE.

    `previous` is what the last change replaced, so that it can be undone.
    """

    __tablename__ = "meeting"

    cohort_id: Mapped[UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    module_id: Mapped[UUID | None] = mapped_column(ForeignKey("module.id"))
    activity_id: Mapped[UUID | None] = mapped_column(ForeignKey("activity.id"))
    number: Mapped[int]
    title: Mapped[str]
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(server_default="", default="")
    link: Mapped[str] = mapped_column(server_default="", default="")
    state: Mapped[str] = mapped_column(server_default="planned", default="planned")
    revision: Mapped[int] = mapped_column(server_default="0", default=0)
    previous: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))

    # A trigger moves it on with the revision, whoever writes; calendars ask for it.
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        UniqueConstraint("cohort_id", "number"),
        CheckConstraint("ends_at > starts_at", name="period_forward"),
        CheckConstraint("state IN ('planned','cancelled')", name="state_known"),
    )


class Attendance(Base):
    """Whether a participant was at a meeting."""

    __tablename__ = "attendance"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), primary_key=True, index=True)
    state: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))

    __table_args__ = (CheckConstraint("state IN ('present','absent','excused')", name="state_known"),)

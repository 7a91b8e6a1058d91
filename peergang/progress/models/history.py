"""Tables of what was on a day."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base


class ProgressSnapshot(Base):
    """The state at the end of a day: daily, and after a quarter once a week. Of a cohort that ended the last row holds on.

    `due` and what follows is empty in rows of before it was kept.
    """

    __tablename__ = "progress_snapshot"

    day: Mapped[date] = mapped_column(primary_key=True)
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    required: Mapped[int]
    completed: Mapped[int]
    due: Mapped[int | None] = mapped_column(SmallInteger)
    handed_in: Mapped[int | None] = mapped_column(SmallInteger)
    on_time: Mapped[int | None] = mapped_column(SmallInteger)
    last_active_at: Mapped[datetime | None]

    __table_args__ = (Index("ix__progress_snapshot__enrolment_id_day", "enrolment_id", "day"),)


class SnapshotDay(Base):
    """A day of which there is a snapshot; `made_up` afterwards when the worker was away that evening."""

    __tablename__ = "snapshot_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    taken_at: Mapped[datetime]
    made_up: Mapped[bool] = mapped_column(server_default="false", default=False)


class EnrolmentPeriod(Base):
    """A time in which a participant took part, from beginning to withdrawing; who comes back has another one.

    A trigger on `enrolment` writes it, so that no writer can forget it.
    """

    __tablename__ = "enrolment_period"

    enrolment_id: Mapped[UUID] = mapped_column(
        ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True
    )
    began_at: Mapped[datetime] = mapped_column(primary_key=True)
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq__enrolment_period__current",
            "enrolment_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        CheckConstraint("ended_at >= began_at", name="forward"),
    )

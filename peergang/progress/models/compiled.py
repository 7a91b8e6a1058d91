"""Tables that are compiled from facts. Every row here can be thrown away and made again, except the history."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

import peergang.cohorts.models  # noqa: F401 the foreign keys below name its tables
from peergang.core.db import Base


class EnrolmentProgress(Base):
    """How far one participant is: distinct required activities of the cohort's edition (invariant 1)."""

    __tablename__ = "enrolment_progress"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    required: Mapped[int]
    completed: Mapped[int]
    last_completed_at: Mapped[datetime | None]
    compiled_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("completed BETWEEN 0 AND required", name="never_over_all"),)


class ProgressDirty(Base):
    """Enrolments whose facts changed since they were compiled. Database triggers fill it, so no writer can forget."""

    __tablename__ = "progress_dirty"

    enrolment_id: Mapped[UUID] = mapped_column(primary_key=True)
    marked_at: Mapped[datetime]


class WorkerHeartbeat(Base):
    """When a worker last ran its heartbeat task: what /readyz reports about the workers."""

    __tablename__ = "worker_heartbeat"

    name: Mapped[str] = mapped_column(primary_key=True)
    beat_at: Mapped[datetime]

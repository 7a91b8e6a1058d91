"""The full compiles: how far each one is, and what it found that was wrong."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

import peergang.cohorts.models
import peergang.identity.models  # noqa: F401 the foreign keys below name its tables
from peergang.core.db import Base, HasId
from peergang.progress.rules.runs import Origin, RunState


class CompileRun(HasId, Base):
    """A full compile. It goes through the enrolments in the order of their ids; all before `position` are behind it.

    `heard_at` is when it last finished a part, or as long before its worker let go that it counts as silent; empty before
    anybody works at it. `worked` counts the seconds of its parts.
    """

    __tablename__ = "compile_run"

    state: Mapped[str] = mapped_column(server_default=RunState.DONE, default=RunState.RUNNING)
    origin: Mapped[str] = mapped_column(server_default=Origin.NIGHT, default=Origin.NIGHT)
    started_at: Mapped[datetime] = mapped_column(index=True)
    started_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    finished_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    position: Mapped[UUID | None]
    total: Mapped[int] = mapped_column(server_default="0", default=0)
    done: Mapped[int] = mapped_column(server_default="0", default=0)
    worked: Mapped[float] = mapped_column(server_default="0", default=0.0)
    enrolments: Mapped[int] = mapped_column(server_default="0", default=0)
    written: Mapped[int] = mapped_column(server_default="0", default=0)
    corrected: Mapped[int] = mapped_column(server_default="0", default=0)
    reason: Mapped[str] = mapped_column(server_default="", default="")

    __table_args__ = (
        CheckConstraint("state IN ('running', 'done', 'stopped', 'failed')", name="known_state"),
        Index("uq__compile_run__running", "state", unique=True, postgresql_where=text("state = 'running'")),
    )


class CompileDifference(HasId, Base):
    """A row of progress that was wrong without anybody knowing: what stood there, and what it should be.

    The three of one side are empty together where no progress stood, or where none should stand.
    """

    __tablename__ = "compile_difference"

    run_id: Mapped[UUID] = mapped_column(ForeignKey("compile_run.id", ondelete="CASCADE"), index=True)
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    stood_required: Mapped[int | None]
    stood_completed: Mapped[int | None]
    stood_last_at: Mapped[datetime | None]
    should_required: Mapped[int | None]
    should_completed: Mapped[int | None]
    should_last_at: Mapped[datetime | None]
    repaired_at: Mapped[datetime]

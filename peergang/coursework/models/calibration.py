"""Trainers who judge the same version apart from each other, to see where they differ. It never reaches the author."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class Calibration(HasId, Base):
    """One version as a sample, among the trainers of its cohort. Of a version at most one is open at a time."""

    __tablename__ = "calibration"

    cohort_id: Mapped[UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("reflection_version.id"), index=True)
    opened_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        Index("uq__calibration__open", "version_id", unique=True, postgresql_where=text("closed_at IS NULL")),
    )


class CalibrationJudgement(HasId, Base):
    """What one trainer makes of the sample. Without `sent_at` they were asked, and nobody else sees what is in it; once
    sent it stays, which a database trigger guards.
    """

    __tablename__ = "calibration_judgement"

    calibration_id: Mapped[UUID] = mapped_column(ForeignKey("calibration.id"))
    trainer_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    asked_at: Mapped[datetime]
    criteria: Mapped[dict[str, Any]] = mapped_column(server_default="{}", default=dict)
    decision: Mapped[str | None]
    note: Mapped[str] = mapped_column(server_default="", default="")
    sent_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("calibration_id", "trainer_id"),
        CheckConstraint("decision IN ('approve','return','talk_first')", name="decision_known"),
        CheckConstraint("sent_at IS NULL OR decision IS NOT NULL", name="sent_has_decision"),
    )

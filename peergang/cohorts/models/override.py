"""Tables of completion by a trainer's judgment, and of what proved the activity meanwhile."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class CompletionOverride(HasId, Base):
    """A trainer or an organiser said that somebody completed an activity, and why. Never removed; it can be taken back once.

    As long as it is not, a fact with evidence `override` points at it, and after an upgrade one for each edition. The row is
    the lock: whoever adds a fact that rests on it holds it for share, whoever takes it back for update. `carried_from_id`
    is the one in an earlier cohort that this one came along with when somebody changed cohorts.
    """

    __tablename__ = "completion_override"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"), index=True)
    reason: Mapped[str]
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    made_at: Mapped[datetime]
    taken_back_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    taken_back_at: Mapped[datetime | None]
    carried_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("completion_override.id"), index=True)

    __table_args__ = (
        Index(
            "uq__completion_override__current",
            "enrolment_id",
            "activity_id",
            unique=True,
            postgresql_where=text("taken_back_at IS NULL"),
        ),
        CheckConstraint("taken_back_at >= made_at", name="taken_back_later"),
        CheckConstraint("taken_back_by_id IS NULL OR taken_back_at IS NOT NULL", name="taken_back_dated"),
    )


class WaitingEvidence(Base):
    """What proved an activity while an override already completed it, with its own date.

    It becomes the fact when the override is taken back. Never changed and never removed, like the facts themselves.
    """

    __tablename__ = "waiting_evidence"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"), primary_key=True, index=True)
    completed_at: Mapped[datetime]
    evidence_kind: Mapped[str]
    evidence_id: Mapped[UUID | None]
    rule_version: Mapped[int]

    __table_args__ = (CheckConstraint("evidence_kind <> 'override'", name="evidence_real"),)

"""The table of who called whom."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

import peergang.cohorts.models  # noqa: F401 the foreign keys below name its tables
from peergang.core.db import Base, HasId


class CallNote(HasId, Base):
    """What was agreed with an institution, or about a participant: personal words, for few eyes (policy.py).

    About an institution it may name a cohort; about a participant it always does.
    """

    __tablename__ = "call_note"

    institution_id: Mapped[UUID | None] = mapped_column(ForeignKey("institution.id"))
    enrolment_id: Mapped[UUID | None] = mapped_column(ForeignKey("enrolment.id"))
    cohort_id: Mapped[UUID | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    written_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    spoke_with: Mapped[str] = mapped_column(server_default="", default="")
    words: Mapped[str]
    called_at: Mapped[datetime]
    next_on: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("(enrolment_id IS NULL) <> (institution_id IS NULL)", name="about_one"),
        CheckConstraint("enrolment_id IS NULL OR cohort_id IS NOT NULL", name="participant_in_cohort"),
        Index("ix__call_note__institution_id", "institution_id", "called_at"),
        Index("ix__call_note__enrolment_id", "enrolment_id", "called_at"),
    )

"""Tables of who asks for attention: signals, the false alarms among them, and the cohorts to look at again."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

import peergang.cohorts.models  # noqa: F401 the foreign keys below name its tables
from peergang.core.db import Base, HasId

ONE_OF_TWO = "(enrolment_id IS NULL) <> (institution_id IS NULL)"
GOES_ON, HOLDS = text("ended_at IS NULL"), text("undone_at IS NULL")


class About:
    """Mixin: which rule about whom, a participant or an institution in a cohort; and what brought it about."""

    rule: Mapped[str]
    cohort_id: Mapped[UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    enrolment_id: Mapped[UUID | None] = mapped_column(ForeignKey("enrolment.id"), index=True)
    institution_id: Mapped[UUID | None] = mapped_column(ForeignKey("institution.id"), index=True)
    cause: Mapped[str]


class RiskSignal(HasId, About, Base):
    """Something that a rule sees, for as long as it holds. What comes back later is a new one.

    `since` is reckoned from the facts and `opened_at` is when it was first seen. `cause` stays what it was at that moment:
    it ties a false alarm to the same thing coming back. `values` are the figures of the sentence.
    """

    __tablename__ = "risk_signal"

    since: Mapped[date]
    values: Mapped[dict[str, Any]]
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(ONE_OF_TWO, name="about_one"),
        Index("uq__risk_signal__person", "enrolment_id", "rule", unique=True, postgresql_where=GOES_ON),
        Index(
            "uq__risk_signal__institution",
            "institution_id",
            "cohort_id",
            "rule",
            unique=True,
            postgresql_where=GOES_ON,
        ),
    )


class RiskDismissal(HasId, About, Base):
    """Somebody said that a signal is a false alarm, and why. It holds for the cause, so for every signal that has it."""

    __tablename__ = "risk_dismissal"

    reason: Mapped[str]
    dismissed_at: Mapped[datetime]
    dismissed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)

    __table_args__ = (
        CheckConstraint(ONE_OF_TWO, name="about_one"),
        Index(
            "uq__risk_dismissal__person",
            "enrolment_id",
            "rule",
            "cause",
            unique=True,
            postgresql_where=HOLDS,
        ),
        Index(
            "uq__risk_dismissal__institution",
            "institution_id",
            "cohort_id",
            "rule",
            "cause",
            unique=True,
            postgresql_where=HOLDS,
        ),
    )


class RiskMark(Base):
    """A cohort in which something changed. Triggers add lines, never wait for each other, and no writer can forget."""

    __tablename__ = "risk_mark"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    cohort_id: Mapped[UUID]

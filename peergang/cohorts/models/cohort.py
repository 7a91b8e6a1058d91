"""Tables of cohorts and their dates."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class Cohort(HasId, Base):
    """A run of a programme's edition by a group of people."""

    __tablename__ = "cohort"

    edition_id: Mapped[UUID] = mapped_column(ForeignKey("edition.id"), index=True)
    name: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    capacity: Mapped[int]
    state: Mapped[str] = mapped_column(server_default="planned", default="planned", index=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    opened_at: Mapped[datetime | None]
    # With these the state of a day that is over can be told; empty in rows of which nobody knows.
    started_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    # Joining by link; the number is part of the link, so a new number makes the old link void.
    join_open: Mapped[bool] = mapped_column(server_default="false", default=False)
    join_until: Mapped[date | None]
    join_number: Mapped[int] = mapped_column(server_default="0", default=0)

    __table_args__ = (
        Index("uq__cohort__name", func.lower(text("name")), unique=True),
        CheckConstraint("ends_on >= starts_on", name="period_forward"),
        CheckConstraint("capacity BETWEEN 1 AND 1000", name="capacity_sane"),
        CheckConstraint("state IN ('planned','open','running','closed','cancelled')", name="state_known"),
    )


class CohortModule(Base):
    """When a module opens for a cohort and when its work is due. Follows the meetings unless an organiser pinned it."""

    __tablename__ = "cohort_module"

    cohort_id: Mapped[UUID] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    module_id: Mapped[UUID] = mapped_column(ForeignKey("module.id"), primary_key=True)
    opens_at: Mapped[datetime]
    due_at: Mapped[datetime]
    pinned: Mapped[bool] = mapped_column(server_default="false", default=False)

    __table_args__ = (CheckConstraint("due_at > opens_at", name="due_after_opening"),)


class CohortActivity(Base):
    """When one activity is due for one cohort: derived from the module's due date whenever that is set.

    It is stored, because reminders, pages and reports all ask for it over many rows at once, and PostgreSQL cannot
    index a wall-clock computation. A pinned one keeps its due date whatever moves. What counts for one participant is
    `queries.due.personal_due_at`.
    """

    __tablename__ = "cohort_activity"

    cohort_id: Mapped[UUID] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"), primary_key=True, index=True)
    opens_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    pinned: Mapped[bool] = mapped_column(server_default="false", default=False)

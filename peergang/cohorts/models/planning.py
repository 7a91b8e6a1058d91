"""Tables of what bends a plan: free periods, and more time for one person."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class FreePeriod(HasId, Base):
    """Days on which schools are closed, in one region or (an empty one) everywhere. Organisers keep them."""

    __tablename__ = "free_period"

    name: Mapped[str]
    region: Mapped[str] = mapped_column(server_default="", default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date] = mapped_column(index=True)

    __table_args__ = (
        UniqueConstraint("name", "region", "starts_on"),
        CheckConstraint("ends_on >= starts_on", name="period_forward"),
        CheckConstraint("region IN ('','noord','midden','zuid')", name="region_known"),
    )


class Extension(HasId, Base):
    """A later due date for one activity of one participant, and why. At any moment at most one counts.

    Readers ask `queries.due.personal_due_at`, never this table alone. A trigger marks the enrolment's progress as dirty.
    """

    __tablename__ = "extension"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"))
    due_at: Mapped[datetime]
    reason: Mapped[str]
    granted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    granted_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq__extension__current",
            "enrolment_id",
            "activity_id",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

"""The table of editions that a cohort went over to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class EditionUpgrade(HasId, Base):
    """A cohort went over to a newer edition. `carried` counts completions that hold for the new edition as well,
    `left_behind` those of activities that are no more: they stay as they are, and count no longer.
    """

    __tablename__ = "edition_upgrade"

    cohort_id: Mapped[UUID] = mapped_column(ForeignKey("cohort.id"))
    from_edition_id: Mapped[UUID] = mapped_column(ForeignKey("edition.id"))
    to_edition_id: Mapped[UUID] = mapped_column(ForeignKey("edition.id"))
    upgraded_at: Mapped[datetime]
    upgraded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    carried: Mapped[int]
    left_behind: Mapped[int]

    __table_args__ = (
        UniqueConstraint("cohort_id", "to_edition_id"),
        CheckConstraint("from_edition_id <> to_edition_id", name="goes_somewhere"),
    )

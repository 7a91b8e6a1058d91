"""The table of hours that people write down themselves, for a professional register."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class OwnHours(HasId, Base):
    """Something somebody did for their profession, as they say themselves. Theirs alone: no role reads it.

    `previous` is what the last change replaced, for taking that back. What was removed stays for a day for the same reason.
    """

    __tablename__ = "own_hours"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    done_on: Mapped[date]
    kind: Mapped[str]
    words: Mapped[str]
    quarters: Mapped[int] = mapped_column(SmallInteger)
    written_at: Mapped[datetime]
    previous: Mapped[dict[str, Any] | None]
    removed_at: Mapped[datetime | None] = mapped_column(index=True)

    __table_args__ = (
        Index("ix__own_hours__user_id_done_on", "user_id", "done_on"),
        CheckConstraint("quarters BETWEEN 1 AND 96", name="quarters_of_a_day"),
        CheckConstraint(
            "kind IN ('course','study','exchange','visit','making','network','other')", name="kind_known"
        ),
    )

"""The table of intervisions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class IntervisionSession(HasId, Base):
    """A peer group that talks a case through, step by step. Holds where they are and nothing of what is said.

    A pause moves `step_started_at` on when it ends, so only the pause that goes on is known. Whose case it was is
    forgotten at the end. `revision` counts every change, for the phones that ask.
    """

    __tablename__ = "intervision_session"

    peer_group_id: Mapped[UUID] = mapped_column(ForeignKey("peer_group.id"), index=True)
    method: Mapped[str]
    case_enrolment_id: Mapped[UUID | None] = mapped_column(ForeignKey("enrolment.id"), index=True)
    started_at: Mapped[datetime]
    step: Mapped[int] = mapped_column(server_default="0", default=0)
    step_started_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(server_default="0", default=0)

    __table_args__ = (
        CheckConstraint("step >= 0", name="step_sane"),
        CheckConstraint(
            "ended_at IS NULL OR (case_enrolment_id IS NULL AND paused_at IS NULL)", name="nothing_kept"
        ),
        Index(
            "uq__intervision_session__running",
            "peer_group_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

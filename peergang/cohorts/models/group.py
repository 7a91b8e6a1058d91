"""Tables of peer groups."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class PeerGroup(HasId, Base):
    """A small group of 3 to 6 participants who read each other's work."""

    __tablename__ = "peer_group"

    cohort_id: Mapped[UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    name: Mapped[str]

    __table_args__ = (UniqueConstraint("cohort_id", "name"), UniqueConstraint("id", "cohort_id"))


class PeerGroupMembership(HasId, Base):
    """The time a participant belongs to a peer group; at any moment at most one group."""

    __tablename__ = "peer_group_membership"

    cohort_id: Mapped[UUID]
    peer_group_id: Mapped[UUID] = mapped_column(index=True)
    enrolment_id: Mapped[UUID] = mapped_column(index=True)
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(["peer_group_id", "cohort_id"], ["peer_group.id", "peer_group.cohort_id"]),
        ForeignKeyConstraint(["enrolment_id", "cohort_id"], ["enrolment.id", "enrolment.cohort_id"]),
        Index(
            "uq__peer_group_membership__current",
            "enrolment_id",
            unique=True,
            postgresql_where=text("left_at IS NULL"),
        ),
    )

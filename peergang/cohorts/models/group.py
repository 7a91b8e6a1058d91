"""Tables of peer groups."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class PeerGroup(HasId, Base):
    """A small group of 3 to 6 participants who read each other's work."""

    __tablename__ = "peer_group"

    cohort_id: Mapped[UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    name: Mapped[str]

    __table_args__ = (UniqueConstraint("cohort_id", "name"), UniqueConstraint("id", "cohort_id"))


class PeerGroupChange(HasId, Base):
    """One change of the groups of a cohort, by somebody or by the platform; the memberships say who moved because of it.

    `number` counts within the cohort. A change that takes another one back points at it.
    """

    __tablename__ = "peer_group_change"

    cohort_id: Mapped[UUID] = mapped_column(ForeignKey("cohort.id"))
    kind: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(index=True)
    number: Mapped[int]
    undoes_id: Mapped[UUID | None] = mapped_column(ForeignKey("peer_group_change.id"), index=True)

    __table_args__ = (
        UniqueConstraint("cohort_id", "number"),
        CheckConstraint(
            "kind IN ('divided','placed','moved','mended','left','undone')",
            name="kind_known",
        ),
    )


class PeerGroupMembership(HasId, Base):
    """The time a participant belongs to a peer group; at any moment at most one group. Who is pinned is moved by nobody
    until the pin is taken out.
    """

    __tablename__ = "peer_group_membership"

    cohort_id: Mapped[UUID]
    peer_group_id: Mapped[UUID] = mapped_column(index=True)
    enrolment_id: Mapped[UUID] = mapped_column(index=True)
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    pinned: Mapped[bool] = mapped_column(server_default="false", default=False)
    joined_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("peer_group_change.id"), index=True)
    left_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("peer_group_change.id"), index=True)

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

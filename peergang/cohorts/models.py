"""Tables of cohorts and everybody's place in them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

import peergang.curriculum.models
import peergang.identity.models  # noqa: F401 the foreign keys below name the tables of both
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

    __table_args__ = (
        UniqueConstraint("name"),
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
    index a wall-clock computation.
    """

    __tablename__ = "cohort_activity"

    cohort_id: Mapped[UUID] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"), primary_key=True, index=True)
    opens_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)


class Meeting(HasId, Base):
    """A meeting of a cohort, with a place, a link or both. `revision` counts changes, as iCalendar's SEQUENCE."""

    __tablename__ = "meeting"

    cohort_id: Mapped[UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    module_id: Mapped[UUID | None] = mapped_column(ForeignKey("module.id"))
    activity_id: Mapped[UUID | None] = mapped_column(ForeignKey("activity.id"))
    number: Mapped[int]
    title: Mapped[str]
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(server_default="", default="")
    link: Mapped[str] = mapped_column(server_default="", default="")
    state: Mapped[str] = mapped_column(server_default="planned", default="planned")
    revision: Mapped[int] = mapped_column(server_default="0", default=0)

    __table_args__ = (
        UniqueConstraint("cohort_id", "number"),
        CheckConstraint("ends_at > starts_at", name="period_forward"),
        CheckConstraint("state IN ('planned','cancelled')", name="state_known"),
    )


class Enrolment(HasId, Base):
    """Somebody's place in a cohort, as participant or trainer, under the affiliation of the day it began."""

    __tablename__ = "enrolment"

    cohort_id: Mapped[UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    affiliation_id: Mapped[UUID | None] = mapped_column(ForeignKey("affiliation.id"), index=True)
    role: Mapped[str]
    state: Mapped[str]
    invited_at: Mapped[datetime | None]
    waitlisted_at: Mapped[datetime | None]
    activated_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("cohort_id", "user_id", "role"),
        UniqueConstraint("id", "cohort_id"),
        CheckConstraint("role IN ('participant','trainer')", name="role_known"),
        CheckConstraint(
            "state IN ('invited','waitlisted','active','completed','withdrawn')", name="state_known"
        ),
        CheckConstraint("role = 'trainer' OR affiliation_id IS NOT NULL", name="participant_affiliated"),
    )


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


class Attendance(Base):
    """Whether a participant was at a meeting."""

    __tablename__ = "attendance"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), primary_key=True, index=True)
    state: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))

    __table_args__ = (CheckConstraint("state IN ('present','absent','excused')", name="state_known"),)


class TopicRead(Base):
    """A participant marked a topic as read."""

    __tablename__ = "topic_read"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    topic_id: Mapped[UUID] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    read_at: Mapped[datetime]


class ActivityCompletion(Base):
    """The fact that somebody completed an activity, with its date and evidence.

    Never changed, never removed: a database trigger refuses both (invariant 2).
    """

    __tablename__ = "activity_completion"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    completed_at: Mapped[datetime]
    evidence_kind: Mapped[str]
    evidence_id: Mapped[UUID | None]


class RosterImport(HasId, Base):
    """A participants' file that was read and waits for the organiser's decision; its rows go when it is done."""

    __tablename__ = "roster_import"

    cohort_id: Mapped[UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    file_name: Mapped[str]
    rows: Mapped[list[dict[str, Any]]]
    finished_at: Mapped[datetime | None]

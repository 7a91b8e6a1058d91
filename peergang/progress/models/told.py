"""Tables of what contacts of institutions are told: nothing but sums over these members, and never of fewer than five."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base


class ContactRelease(Base):
    """A week whose figures were made ready for contacts; they are made once, after its Sunday."""

    __tablename__ = "contact_release"

    week_until: Mapped[date] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]


class ContactMember(Base):
    """A participant who counts in the sums of an institution since a week, with the figures of the last week.

    Members come five or more at a time and never go: who works elsewhere by now stays with the figures of their last week
    there. So sums of any two weeks differ by nobody or by at least five. docs/decisions/0063-as-of.md explains.
    """

    __tablename__ = "contact_member"

    institution_id: Mapped[UUID] = mapped_column(ForeignKey("institution.id"), primary_key=True)
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), primary_key=True, index=True)
    told_since: Mapped[date]
    present: Mapped[int] = mapped_column(SmallInteger)
    recorded: Mapped[int] = mapped_column(SmallInteger)
    completed: Mapped[int] = mapped_column(SmallInteger)
    required: Mapped[int] = mapped_column(SmallInteger)
    on_time: Mapped[int] = mapped_column(SmallInteger)
    handed_in: Mapped[int] = mapped_column(SmallInteger)
    due: Mapped[int] = mapped_column(SmallInteger)
    active: Mapped[bool]
    stopped: Mapped[bool]

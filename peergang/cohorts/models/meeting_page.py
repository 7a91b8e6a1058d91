"""Tables of what belongs to one meeting: agenda, notes, actions, who cannot come, and the code to check in with."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class MeetingPage(Base):
    """What trainers wrote about a meeting. Without `own_agenda` the agenda of the activity in the content holds.

    The row is also what use cases lock that change the agenda; `revision` tells that somebody else wrote notes meanwhile.
    """

    __tablename__ = "meeting_page"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    own_agenda: Mapped[bool] = mapped_column(server_default="false", default=False)
    notes: Mapped[str] = mapped_column(server_default="", default="")
    notes_html: Mapped[str] = mapped_column(server_default="", default="")
    notes_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    notes_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(server_default="0", default=0)


class AgendaItem(HasId, Base):
    """A part of a meeting, with its materials: a text, a link, or a topic or activity of the module."""

    __tablename__ = "meeting_agenda_item"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    position: Mapped[int]
    title: Mapped[str]
    minutes: Mapped[int]
    body: Mapped[str] = mapped_column(server_default="", default="")
    body_html: Mapped[str] = mapped_column(server_default="", default="")
    url: Mapped[str] = mapped_column(server_default="", default="")
    topic_id: Mapped[UUID | None] = mapped_column(ForeignKey("topic.id"))
    activity_id: Mapped[UUID | None] = mapped_column(ForeignKey("activity.id"))

    __table_args__ = (
        Index("ix__meeting_agenda_item__meeting_id", "meeting_id", "position"),
        CheckConstraint("minutes BETWEEN 0 AND 600", name="minutes_sane"),
        CheckConstraint("topic_id IS NULL OR activity_id IS NULL", name="one_reference"),
    )


class SignOff(Base):
    """Somebody cannot come, and why. The reason is for trainers and organisers alone.

    It is about the day and hour that the meeting had then (`starts_at`): one that moves asks anew. Readers join with
    queries.sign_offs.still_holds.
    """

    __tablename__ = "meeting_sign_off"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    enrolment_id: Mapped[UUID] = mapped_column(
        ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    reason: Mapped[str]
    signed_off_at: Mapped[datetime]
    starts_at: Mapped[datetime]


class CheckInCode(Base):
    """The code that people at the meeting type on their phone. It holds for an hour and is thrown away at night."""

    __tablename__ = "meeting_check_in_code"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str]
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime]


class MeetingAction(HasId, Base):
    """Something that was agreed at a meeting: who does what, and by when."""

    __tablename__ = "meeting_action"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]
    due_on: Mapped[date | None] = mapped_column(index=True)
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

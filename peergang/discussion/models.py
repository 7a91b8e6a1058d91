"""Tables of conversations, their posts, who is named in them and how far everybody read and follows them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

import peergang.cohorts.models  # noqa: F401 the keys below name tables that it loads
from peergang.core.db import Base, HasId


class Thread(HasId, Base):
    """A conversation of a cohort, under one of its modules or one of its meetings.

    `last_number` counts the posts that were ever made and only goes up, so that a number never means another post.
    """

    __tablename__ = "discussion_thread"

    cohort_id: Mapped[UUID] = mapped_column(ForeignKey("cohort.id"))
    module_id: Mapped[UUID | None] = mapped_column(ForeignKey("module.id"), index=True)
    meeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    title: Mapped[str]
    created_at: Mapped[datetime]
    last_number: Mapped[int] = mapped_column(server_default="0", default=0)
    last_post_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("num_nonnulls(module_id, meeting_id) = 1", name="one_place"),
        Index("ix__discussion_thread__cohort_id", "cohort_id", "module_id", "last_post_at"),
        Index("ix__discussion_thread__meeting_id", "meeting_id", "last_post_at"),
    )


class Post(HasId, Base):
    """What somebody said; number 1 begins the conversation. Hidden, the text stays for its author and the trainers."""

    __tablename__ = "discussion_post"

    thread_id: Mapped[UUID] = mapped_column(ForeignKey("discussion_thread.id", ondelete="CASCADE"))
    number: Mapped[int]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    body: Mapped[str]
    body_html: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="shown", default="shown")
    created_at: Mapped[datetime] = mapped_column(index=True)
    edited_at: Mapped[datetime | None]
    hidden_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    hidden_reason: Mapped[str] = mapped_column(server_default="", default="")

    __table_args__ = (
        UniqueConstraint("thread_id", "number"),
        CheckConstraint("state IN ('shown','hidden','removed','erased')", name="state_known"),
        CheckConstraint(
            "state IN ('shown','hidden') OR (body = '' AND body_html = '')", name="gone_is_empty"
        ),
        CheckConstraint("(state = 'hidden') = (hidden_by_id IS NOT NULL)", name="hidden_by_somebody"),
    )


class Mention(Base):
    """Somebody whom a post names."""

    __tablename__ = "discussion_mention"

    post_id: Mapped[UUID] = mapped_column(
        ForeignKey("discussion_post.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), primary_key=True, index=True)
    created_at: Mapped[datetime] = mapped_column(index=True)


class Reader(Base):
    """How far somebody read a conversation, and how they follow it; `level` is empty until they chose or took part."""

    __tablename__ = "discussion_reader"

    thread_id: Mapped[UUID] = mapped_column(
        ForeignKey("discussion_thread.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), primary_key=True, index=True)
    read_number: Mapped[int] = mapped_column(server_default="0", default=0)
    level: Mapped[str | None]

    __table_args__ = (CheckConstraint("level IN ('follow','off','mute')", name="level_known"),)

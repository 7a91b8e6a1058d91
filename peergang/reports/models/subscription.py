"""Who wants a report every week or every month."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class Subscription(HasId, Base):
    """A report that comes by itself: weekly on `weekday` (1 is Monday), or on the first of the month.

    `next_on` is the day of the coming one. The link in its mail is signed and stored nowhere; `old_end_token` is the SHA-256 of
    what stood in mails before that.
    """

    __tablename__ = "report_subscription"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    kind: Mapped[str]
    query: Mapped[str] = mapped_column(server_default="", default="")
    title: Mapped[str]
    format: Mapped[str]
    locale: Mapped[str]
    role: Mapped[str]
    weekday: Mapped[int | None]
    next_on: Mapped[date]
    created_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str] = mapped_column(server_default="", default="")
    old_end_token: Mapped[bytes | None] = mapped_column(unique=True)

    __table_args__ = (
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday_known"),
        CheckConstraint("format IN ('csv', 'xlsx', 'pdf')", name="format_known"),
        Index("ix__report_subscription__user_id", "user_id"),
        Index(
            "ix__report_subscription__next_on",
            "next_on",
            postgresql_where="paused_at IS NULL AND ended_at IS NULL",
        ),
        # The same report in the same rhythm once a person, however often the button is pressed.
        Index(
            "uq__report_subscription__wanted",
            "user_id",
            "kind",
            "query",
            unique=True,
            postgresql_where="ended_at IS NULL",
        ),
    )

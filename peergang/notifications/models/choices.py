"""Tables of people's choices about messages, and of what operators hold back."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

import peergang.identity.models  # noqa: F401 the foreign keys below name its tables
from peergang.core.db import Base, HasId


class NoticeChoice(Base):
    """How somebody wants to be told of one rule. Account mail (invitation, password) has no such choice."""

    __tablename__ = "notice_choice"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(primary_key=True)
    delivery: Mapped[str]
    since: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("delivery IN ('at_once','daily','weekly','in_app','off')", name="delivery_known"),
    )


class NoticeHabits(Base):
    """When somebody wants mail at all. Who never visited the page has no row, and the defaults of these columns.

    An empty `rhythm` leaves every rule its own default, and `in_app` means no mail but what was asked for by name.
    `away_from` and `away_until` are the first and the last day on which nothing is sent.
    """

    __tablename__ = "notice_habits"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), primary_key=True)
    rhythm: Mapped[str] = mapped_column(server_default="", default="")
    per_week: Mapped[int] = mapped_column(SmallInteger, server_default="5", default=5)
    quiet_from: Mapped[time] = mapped_column(server_default="21:00", default=time(21))
    quiet_until: Mapped[time] = mapped_column(server_default="08:00", default=time(8))
    weekends: Mapped[bool] = mapped_column(server_default="false", default=False)
    school_holidays: Mapped[bool] = mapped_column(server_default="true", default=True)
    away_from: Mapped[date | None]
    away_until: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("rhythm IN ('','at_once','daily','weekly','in_app')", name="rhythm_known"),
        CheckConstraint("per_week BETWEEN 1 AND 20", name="per_week_sane"),
        CheckConstraint("away_until >= away_from", name="away_forward"),
    )


class SendingPause(HasId, Base):
    """What operators hold back: everything (`key` is empty), one rule (its name) or one cohort (its id)."""

    __tablename__ = "sending_pause"

    scope: Mapped[str]
    key: Mapped[str] = mapped_column(server_default="", default="")
    why: Mapped[str] = mapped_column(server_default="", default="")
    since: Mapped[datetime]
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)

    __table_args__ = (
        UniqueConstraint("scope", "key"),
        CheckConstraint("scope IN ('all','rule','cohort')", name="scope_known"),
    )


class AddressSuspension(Base):
    """An address that refuses mail for good; nothing is sent there until its owner has another or says that it works."""

    __tablename__ = "address_suspension"

    address: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    since: Mapped[datetime]
    reason: Mapped[str] = mapped_column(server_default="", default="")

    __table_args__ = (CheckConstraint("address = lower(address)", name="address_lower"),)

"""Tables of what mail servers told us: addresses that refuse, and how much each provider was sent."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

import peergang.identity.models  # noqa: F401 the foreign keys below name its tables
from peergang.core.db import Base, HasId


class MailBounce(HasId, Base):
    """That a mail of ours did not arrive, or was not wanted.

    `report` is what makes telling it twice one thing: the mail's id, or that of the report when it names no mail.
    `forgiven_at` is when its owner or an admin said that the address is right, or got another; it counts no more then.
    """

    __tablename__ = "mail_bounce"

    address: Mapped[str]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    mail_id: Mapped[UUID | None]
    report: Mapped[str]
    kind: Mapped[str]
    code: Mapped[str]
    source: Mapped[str]
    at: Mapped[datetime]
    forgiven_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("report", "address", "code", name="uq__mail_bounce__once"),
        CheckConstraint("kind IN ('hard','soft','policy','complaint')", name="kind_known"),
        CheckConstraint("source IN ('smtp','mailbox','webhook')", name="source_known"),
        CheckConstraint("address = lower(address)", name="address_lower"),
        Index("ix__mail_bounce__address", "address", "at"),
        Index("ix__mail_bounce__at", "at"),
        Index("ix__mail_bounce__forgiven", "forgiven_at", postgresql_where="forgiven_at IS NOT NULL"),
    )


class MailRate(Base):
    """How many mails went to a provider in a minute, over all workers. `taken` is what the last of them was given."""

    __tablename__ = "mail_rate"

    domain: Mapped[str] = mapped_column(primary_key=True)
    minute: Mapped[datetime] = mapped_column(primary_key=True)
    sent: Mapped[int]
    taken: Mapped[int]
    room: Mapped[int]

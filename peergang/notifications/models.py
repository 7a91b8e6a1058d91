"""Tables of the ledger and of people's choices about mail."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

import peergang.identity.models  # noqa: F401 the foreign keys below name its tables
from peergang.core.db import Base, HasId


class Notice(HasId, Base):
    """One thing to tell one person once. The unique key makes a second one impossible, whoever plans it (invariant 6).

    `occurrence` is what makes a changed deadline a new thing: it holds the date that the notice is about.
    `handed_over_at` is committed just before the mail server gets the message: a claim without it was certainly not sent.
    """

    __tablename__ = "notice"

    rule: Mapped[str]
    subject_id: Mapped[UUID]
    recipient_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    occurrence: Mapped[str]
    planned_at: Mapped[datetime]
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default="queued", default="queued")
    reason: Mapped[str] = mapped_column(server_default="", default="")
    attempts: Mapped[int] = mapped_column(server_default="0", default=0)
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[str] = mapped_column(server_default="", default="")
    handed_over_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("rule", "subject_id", "recipient_id", "occurrence", name="uq__notice__once"),
        CheckConstraint(
            "state IN ('queued','claimed','sent','suppressed','expired','failed','uncertain')",
            name="state_known",
        ),
        Index("ix__notice__due", "not_before", "id", postgresql_where="state = 'queued'"),
        Index("ix__notice__claimed", "claimed_at", postgresql_where="state = 'claimed'"),
    )


class RuleOptOut(Base):
    """Somebody wants no mail of this rule any more. Account mail (invitation, password) has no such choice."""

    __tablename__ = "rule_opt_out"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]

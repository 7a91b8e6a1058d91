"""Tables of the ledger."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

import peergang.identity.models  # noqa: F401 the foreign keys below name its tables
from peergang.core.db import Base, HasId


class Notice(HasId, Base):
    """One thing to tell one person once. The unique key makes a second one impossible, whoever plans it (invariant 6).

    `occurrence` is what makes a changed deadline a new thing: it holds the date that the notice is about.
    `ready_at` is when it was due first, whatever made it wait since; from then on it stands among its reader's messages on
    the site. `due_from` is when its mail should have gone, where that is later: the moment that its reader's wishes chose, or
    that a human had it sent again. `not_before` is when it is tried next, and moves on while the mail server is away.
    `mail_id` names the message that it went out in, alone or with others, and stays the same when that message is
    tried again. `cohort_id` is set when the matter belongs to one, so that a cohort can be held back.
    `handed_over_at` is committed just before the mail server gets the message: a claim without it was certainly not sent.
    """

    __tablename__ = "notice"

    rule: Mapped[str]
    subject_id: Mapped[UUID]
    recipient_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    occurrence: Mapped[str]
    planned_at: Mapped[datetime]
    ready_at: Mapped[datetime]
    not_before: Mapped[datetime]
    due_from: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default="queued", default="queued")
    reason: Mapped[str] = mapped_column(server_default="", default="")
    attempts: Mapped[int] = mapped_column(server_default="0", default=0)
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[str] = mapped_column(server_default="", default="")
    handed_over_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    urgency: Mapped[int] = mapped_column(SmallInteger, server_default="1", default=1)
    mail_id: Mapped[UUID | None]
    cohort_id: Mapped[UUID | None]
    read_at: Mapped[datetime | None]
    push_state: Mapped[str] = mapped_column(server_default="", default="")
    pushed_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("rule", "subject_id", "recipient_id", "occurrence", name="uq__notice__once"),
        CheckConstraint(
            "state IN ('queued','claimed','sent','suppressed','expired','failed','uncertain')",
            name="state_known",
        ),
        CheckConstraint("urgency BETWEEN 0 AND 4", name="urgency_known"),
        CheckConstraint("push_state IN ('','queued','sent','failed','gone')", name="push_state_known"),
        # Every step of a mail changes a row here. BRIN indexes do not stand in the way of a change in place, for which the
        # pages keep room (migration 0690).
        Index(
            "ix__notice__mail_id",
            "mail_id",
            postgresql_using="brin",
            postgresql_ops={"mail_id": "uuid_bloom_ops"},
        ),
        Index("ix__notice__finished", "finished_at", postgresql_using="brin"),
        Index("ix__notice__of_person", "recipient_id", "ready_at"),
        Index("ix__notice__to_push", "ready_at", postgresql_where="push_state = 'queued'"),
        Index(
            "ix__notice__unsettled",
            *("state", "reason", "finished_at"),
            postgresql_where="state IN ('failed', 'uncertain')",
        ),
        Index("ix__notice__due", "not_before", "id", postgresql_where="state = 'queued'"),
        Index("ix__notice__claimed", "claimed_at", postgresql_where="state = 'claimed'"),
    )

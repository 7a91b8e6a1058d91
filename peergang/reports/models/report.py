"""Tables as files. Of a file the database holds what it is; the bytes lie in core.storage."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

import peergang.identity.models  # noqa: F401 the foreign keys below name its tables
from peergang.core.db import Base, HasId


class Report(HasId, Base):
    """A table that somebody wants as a file. `lease_token` is that of the worker at work; `people` are named in the file.

    One of a subscription has the day it is for; the pair is unique, so that no day comes twice.
    """

    __tablename__ = "report"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    kind: Mapped[str]
    query: Mapped[str] = mapped_column(server_default="", default="")
    format: Mapped[str]
    locale: Mapped[str]
    role: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="requested", default="requested")
    reason: Mapped[str] = mapped_column(server_default="", default="")
    done: Mapped[int] = mapped_column(server_default="0", default=0)
    total: Mapped[int] = mapped_column(server_default="0", default=0)
    tries: Mapped[int] = mapped_column(server_default="0", default=0)
    lease_token: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    storage_key: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(server_default="", default="")
    title: Mapped[str] = mapped_column(server_default="", default="")
    size: Mapped[int] = mapped_column(server_default="0", default=0)
    people: Mapped[list[UUID]] = mapped_column(
        ARRAY(Uuid()), server_default="{}", default=list, deferred=True
    )
    figures: Mapped[dict[str, Any]] = mapped_column(server_default="{}", default=dict)
    before: Mapped[dict[str, Any] | None]
    subscription_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("report_subscription.id", ondelete="CASCADE")
    )
    for_day: Mapped[date | None]
    asked_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(
            "state IN ('requested', 'running', 'ready', 'failed', 'expired', 'removed')", name="state_known"
        ),
        CheckConstraint("format IN ('csv', 'xlsx', 'pdf')", name="format_known"),
        CheckConstraint("state <> 'ready' OR storage_key IS NOT NULL", name="ready_with_file"),
        CheckConstraint("(state = 'running') = (lease_token IS NOT NULL)", name="running_with_worker"),
        CheckConstraint("(subscription_id IS NULL) = (for_day IS NULL)", name="day_of_subscription"),
        UniqueConstraint("subscription_id", "for_day"),
        Index("ix__report__user_id", "user_id", "asked_at"),
        Index("ix__report__unfinished", "asked_at", postgresql_where="state IN ('requested', 'running')"),
        Index("ix__report__expires_at", "expires_at"),
        Index("ix__report__ready_at", "ready_at", postgresql_where="state = 'ready'"),
    )

"""The log of what somebody may have to account for."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from peergang.core.permissions import Actor
from peergang.identity.models import AuditEvent


def record_audit(
    session: Session,
    actor: Actor | None,
    verb: str,
    subject_type: str,
    subject_id: UUID | None,
    details: dict[str, Any] | None = None,
    *,
    now: datetime,
) -> None:
    """Write down that `actor` (None: the platform itself) did `verb` to a thing. Called by use cases after their policy.

    `verb` is a stable code in English such as "sign_in"; `details` is plain JSON and never holds the words of a
    reflection, a password or a token.
    """
    session.add(
        AuditEvent(
            at=now,
            actor_id=actor.user_id if actor else None,
            verb=verb,
            subject_type=subject_type,
            subject_id=subject_id,
            details=details or {},
        )
    )


@contextmanager
def erasing(session: Session) -> Iterator[None]:
    """Inside the block the database lets the log be changed, which it refuses otherwise; for cleaning, erasing and the demo.

    What goes wrong inside undoes the transaction or the savepoint, and with it this permission.
    """
    session.flush()
    session.execute(text("SET LOCAL peergang.erasing = 'on'"))
    yield
    session.flush()
    session.execute(text("SET LOCAL peergang.erasing = 'off'"))

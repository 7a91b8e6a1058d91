"""Writing down that somebody saw whose certificates."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.core.permissions import Actor
from peergang.identity.actions.openings import record_opening
from peergang.web.trail import leave_trail, reason_of


def leave_opening(
    actor: Actor, people: Iterable[UUID], page: str, now: datetime, *, exported: bool = False
) -> None:
    """Have it written that the actor saw these people by name, with the reason an admin gave."""
    seen, reason = list(people), reason_of(actor)

    def write(session: Session) -> None:
        record_opening(session, actor, seen, page, now=now, exported=exported, reason=reason)

    leave_trail(write)

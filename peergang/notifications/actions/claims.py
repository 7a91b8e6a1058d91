"""Taking notices out of the ledger and giving them back. Every step is guarded by the claim's token.

A claim is known by a token of its own, not by the worker's name: whoever lost a claim, because it was silent for too long and
the sweep took it back, finds that none of its updates match any more.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from peergang.core.given import as_array
from peergang.notifications.actions.ledger_statements import CLAIM, LOCK_PEOPLE, POSTPONE, RELEASE, SUPPRESS
from peergang.notifications.rules import CLAIM_SIZE


class Claimed(NamedTuple):
    """A notice as it was claimed; `attempts` counts earlier ones, `mail_id` names the message in which it may have arrived."""

    id: UUID
    rule: str
    subject_id: UUID
    recipient_id: UUID
    occurrence: str
    attempts: int
    urgency: int
    ready_at: datetime
    expires_at: datetime
    mail_id: UUID | None
    read_at: datetime | None


def claim_due(session: Session, worker: str, *, now: datetime) -> tuple[str, list[Claimed]]:
    """Take what is due for up to CLAIM_SIZE people, the longest waiting first. Others' claims are stepped over.

    Returns:
        The token of this claim, and what it holds.
    """
    token = f"{worker}/{uuid4().hex[:12]}"
    people = session.scalars(LOCK_PEOPLE, {"now": now, "size": CLAIM_SIZE}).all()
    if not people:
        return token, []
    # A statement of its own, so that it sees what others claimed before they let go of these people.
    rows = session.execute(CLAIM, {"token": token, "now": now, "people": as_array(people)}).all()
    return token, [Claimed(*row) for row in rows]


def suppress(session: Session, token: str, ids: Sequence[UUID], reason: str, *, now: datetime) -> None:
    """Record that these need not be sent any more, and why (invariant 7)."""
    session.execute(SUPPRESS, {"token": token, "ids": list(ids), "reason": reason, "now": now})


def release(session: Session, token: str, rows: Iterable[Claimed], *, until: datetime) -> None:
    """Give back what this claim certainly did not send, to be tried again from `until` on."""
    session.execute(RELEASE, {"token": token, "until": until} | _ids(rows))


def postpone(session: Session, token: str, rows: Iterable[Claimed], reason: str, *, until: datetime) -> None:
    """Let these wait until then, and say why. It counts as no attempt."""
    session.execute(POSTPONE, {"token": token, "reason": reason, "until": until} | _ids(rows))


def _ids(rows: Iterable[Claimed]) -> dict[str, list[UUID]]:
    """All of them, and those that may have arrived before: only these stay bound to the message that they were in."""
    found = list(rows)
    return {"ids": [row.id for row in found], "again": [row.id for row in found if row.mail_id]}

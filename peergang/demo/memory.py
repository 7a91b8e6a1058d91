"""What the demo remembers about itself: the moment it was built around, and until when it has been lived.

It is one row of the audit log, rewritten in the transaction of what it tells, so that a demo that was killed half-way
goes on exactly where it stopped and does nothing twice.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core.permissions import SYSTEM
from peergang.identity.actions.audit import erasing, record_audit
from peergang.identity.models import AuditEvent

VERB = "demo_lived"


@dataclass(frozen=True, slots=True)
class Memory:
    """`anchor` is when filling began, `until` what has been lived; `filled` tells that filling came to its end."""

    anchor: datetime
    until: datetime
    filled: bool


def find_memory(session: Session, *, lock: bool = False) -> Memory | None:
    """What the demo remembers; None in a database that it never touched. With `lock` nobody else lives meanwhile."""
    event = _find(session, lock=lock)
    if event is None:
        return None
    details = event.details
    return Memory(
        datetime.fromisoformat(details["anchor"]),
        datetime.fromisoformat(details["until"]),
        bool(details["filled"]),
    )


def remember(session: Session, memory: Memory) -> None:
    """Write it down, in place of what was there."""
    details = {
        "anchor": memory.anchor.isoformat(),
        "until": memory.until.isoformat(),
        "filled": memory.filled,
    }
    event = _find(session)
    if event is None:
        record_audit(session, SYSTEM, VERB, "demo", None, details, now=memory.anchor)
        session.flush()
        return
    # A real log is never rewritten. This line is a notebook, and younger each time, so that the nightly cleaning leaves it.
    with erasing(session):
        event.details, event.at = details, memory.until


def _find(session: Session, *, lock: bool = False) -> AuditEvent | None:
    statement = select(AuditEvent).where(AuditEvent.verb == VERB).order_by(AuditEvent.at).limit(1)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalar(statement)

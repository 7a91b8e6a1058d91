"""What a mail provider tells us by itself: signed, lately, and as often as it likes."""

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peergang.core.config import Settings
from peergang.identity.models import User
from peergang.notifications.actions.bounces import Bounce, find_addressee, record_bounce
from peergang.notifications.actions.message import split_address
from peergang.notifications.rules.bounces import BounceSource
from peergang.notifications.rules.provider_report import Event, read_events

log = structlog.get_logger(__name__)

WINDOW = timedelta(minutes=5)
"""How old or new a report may be. Within it a copy of one changes nothing, because what was written down stays one thing."""


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature that belongs to a report: HMAC-SHA-256 over timestamp, a dot, and the body, in hexadecimals."""
    return hmac.digest(secret.encode(), timestamp.encode() + b"." + body, sha256).hex()


def is_signed(secret: str, timestamp: str, signature: str, body: bytes, *, now: datetime) -> bool:
    """Whether who sent this knows the secret, and sent it within WINDOW. A wrong one takes as long as a good one."""
    good = hmac.compare_digest(sign(secret, timestamp, body).encode(), signature.strip().lower().encode())
    if not timestamp.isdecimal() or not timestamp.isascii() or len(timestamp) > 10:
        return False
    return good and abs(now - datetime.fromtimestamp(int(timestamp), UTC)) <= WINDOW


def take_report(session: Session, settings: Settings, body: Any, *, now: datetime) -> dict[str, int]:
    """Write down what a signed report says; its sender has been checked.

    Returns:
        How many events were `taken`, and how many `ignored`: about nobody we know, or saying nothing about an address.

    Raises:
        ValueError: with what is wrong; nothing is written then.
    """
    domain = split_address(settings.mail_from)[1].rpartition("@")[2].lower()
    events = read_events(body, domain)
    taken = sum(_take(session, one, now) for one in events)
    counts = {"taken": taken, "ignored": len(events) - taken}
    log.info("provider_reported", **counts)
    return counts


def _take(session: Session, event: Event, now: datetime) -> bool:
    if event.kind is None:
        return False
    found = find_addressee(session, event.mail_id, event.address) if event.mail_id else None
    if found is None:
        user_id = session.scalar(
            select(User.id).where(func.lower(User.email) == event.address, User.erased_at.is_(None))
        )
        found = (user_id, event.address) if user_id else None
    if found is None:
        return False
    report = str(event.mail_id) if event.mail_id else event.report
    bounce = Bounce(found[1], found[0], event.kind, event.code, BounceSource.WEBHOOK, event.mail_id, report)
    record_bounce(session, bounce, now=now)
    return True

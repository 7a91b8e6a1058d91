"""Joining by link: how the link is made, and when it lets somebody in.

The link holds the cohort, a number and a signature over both. Nothing secret is stored: it can always be shown again, and
the next number makes it void.
"""

import hashlib
import hmac
from datetime import date
from enum import StrEnum
from uuid import UUID

from peergang.cohorts.rules import CHANGEABLE, CohortState

SIGNATURE_LENGTH = 24
MOTIVATION_MAX_LENGTH = 1000


class JoinState(StrEnum):
    """What somebody finds behind a link."""

    OPEN = "open"
    FULL = "full"
    CLOSED = "closed"
    EXPIRED = "expired"
    RENEWED = "renewed"


class RequestState(StrEnum):
    """Life of a request for a place."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"


class LeaveReason(StrEnum):
    """Why somebody stops. `transferred` is what a transfer writes down; nobody chooses it."""

    TIME = "time"
    WORK = "work"
    CONTENT = "content"
    MOMENT = "moment"
    OTHER = "other"
    TRANSFERRED = "transferred"


ASKABLE = (JoinState.OPEN, JoinState.FULL)
"""A link through which one can ask for a place; when the cohort is full that is a place on the waiting list."""


def sign_link(key: str, cohort_id: UUID, number: int) -> str:
    """The last part of the link: the number and the signature."""
    message = f"join:{cohort_id}:{number}".encode()
    return f"{number}-{hmac.new(key.encode(), message, hashlib.sha256).hexdigest()[:SIGNATURE_LENGTH]}"


def read_link(key: str, cohort_id: UUID, code: str) -> int | None:
    """The number in `code` when its signature is ours, else None."""
    text = code.partition("-")[0]
    if not (text.isascii() and text.isdecimal() and len(text) < 8):
        return None
    number = int(text)
    return number if hmac.compare_digest(sign_link(key, cohort_id, number).encode(), code.encode()) else None


def join_state(
    *, state: str, is_open: bool, until: date | None, current: bool, seats_left: int, today: date
) -> JoinState:
    """What a link leads to today; `current` says whether it carries the latest number."""
    if not current:
        return JoinState.RENEWED
    if not is_open or CohortState(state) not in CHANGEABLE:
        return JoinState.CLOSED
    if until is not None and today > until:
        return JoinState.EXPIRED
    return JoinState.OPEN if seats_left > 0 else JoinState.FULL

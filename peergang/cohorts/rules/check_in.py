"""The code with which people at a meeting check themselves in, and the secret of a calendar's address."""

import hashlib
import secrets
from datetime import datetime, timedelta

ALPHABET = "ACDEFHJKMNPRTUVWXY3479"
"""No two that look alike on a screen at the back of a room: no 0 and O, 1 and I and L, 2 and Z, 5 and S, 6 and G, 8 and B."""

LENGTH = 6
BEFORE = timedelta(minutes=30)
AFTER = timedelta(minutes=30)


def new_code() -> str:
    """A code that nobody can guess within the time that it holds."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_code(typed: str) -> str:
    """What somebody typed, as the code is written: capitals, without spaces and dashes."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def code_period(starts_at: datetime, ends_at: datetime, now: datetime) -> tuple[datetime, datetime] | None:
    """From when until when a code made now holds; None when it is too early or the meeting is over.

    The first holds around the beginning. One that is made later, for who comes late, holds for half an hour.
    """
    if now < starts_at - BEFORE or now > ends_at:
        return None
    return starts_at - BEFORE, max(starts_at, now) + AFTER


def new_address() -> str:
    """The secret part of the address of a calendar."""
    return secrets.token_urlsafe(32)


def hash_address(secret: str) -> bytes:
    """What is kept of that: random enough to need no salt."""
    return hashlib.sha256(b"calendar:" + secret.encode()).digest()

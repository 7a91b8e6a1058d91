"""Links that carry what they are about, signed: nothing of them is stored, and nobody can make one for somebody else."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from uuid import UUID

_LENGTH = 16


def sign_id(secret_key: str, purpose: str, about: UUID) -> str:
    """What a link carries so that its holder may do one thing (`purpose`) with one record, without a form or a sign-in."""
    raw = _sign(secret_key, purpose, about) + about.bytes
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def read_id(secret_key: str, purpose: str, token: str) -> UUID | None:
    """The record that a link is about; None when it was not signed here for this purpose."""
    try:
        raw = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        about = UUID(bytes=raw[_LENGTH:])
    except ValueError:
        return None
    return about if hmac.compare_digest(raw[:_LENGTH], _sign(secret_key, purpose, about)) else None


def _sign(secret_key: str, purpose: str, about: UUID) -> bytes:
    return hmac.digest(f"{purpose}:{secret_key}".encode(), about.bytes, sha256)[:_LENGTH]

"""Stopping by writing to an address that says who stops what: `afmelden+<token>@…`, for programs without a web page.

The part before the @ may have 64 characters and may lose its capitals on the way (RFC 5321), so this token is shorter than
the one in links, and written in lower case.
"""

import hmac
from base64 import b32decode, b32encode
from binascii import Error as Base32Error
from datetime import datetime
from email.utils import parseaddr
from hashlib import sha256
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from peergang.notifications.actions.opt_out import EVERYTHING, stop
from peergang.notifications.catalog import Rule, list_rules
from peergang.notifications.rules import Kind

log = structlog.get_logger(__name__)

_NAME, _SIGNATURE = 3, 10
_LENGTH = 16 + _NAME + _SIGNATURE


def write_address(mailbox: str, secret_key: str, user_id: UUID, rule: str) -> str:
    """Where a mail to stop `rule` (a name, or EVERYTHING) goes; empty when no `mailbox` reads them."""
    if not mailbox:
        return ""
    what = user_id.bytes + _short(rule)
    token = b32encode(what + _sign(secret_key, what)).rstrip(b"=").decode("ascii").lower()
    local, _, domain = mailbox.rpartition("@")
    return f"{local}+{token}@{domain}"


def handle_unsubscribe_mail(
    session: Session, address_of_recipient: str, now: datetime, *, secret_key: str
) -> bool:
    """Stop what the address says that this mail was sent to: as it stands in To, Delivered-To or the envelope.

    Who wrote the mail does not matter: the signature in the address does, as in a link. Called by the platform itself.

    Returns:
        Whether the address is one of ours that still means something.
    """
    found = _read(secret_key, parseaddr(address_of_recipient)[1] or address_of_recipient)
    if found is None:
        return False
    user_id, rule = found
    stop(session, user_id, rule, now=now)
    log.info("stopped_by_mail", rule=rule.name if rule else EVERYTHING)
    return True


def _read(secret_key: str, address: str) -> tuple[UUID, Rule | None] | None:
    token = address.rpartition("@")[0].rpartition("+")[2].strip().upper()
    try:
        raw = b32decode(token.encode("ascii") + b"=" * (-len(token) % 8))
    except (Base32Error, UnicodeError, ValueError):
        return None
    what, signature = raw[:-_SIGNATURE], raw[-_SIGNATURE:]
    if len(raw) != _LENGTH or not hmac.compare_digest(signature, _sign(secret_key, what)):
        return None
    user_id, short = UUID(bytes=what[:16]), what[16:]
    if short == _short(EVERYTHING):
        return user_id, None
    rules = [rule for rule in list_rules() if rule.kind is Kind.REMINDER and _short(rule.name) == short]
    return (user_id, rules[0]) if rules else None


def _short(rule: str) -> bytes:
    """Three bytes that stand for the rule; a house test says when two rules would share them."""
    return sha256(rule.encode("ascii")).digest()[:_NAME]


def _sign(secret_key: str, what: bytes) -> bytes:
    return hmac.digest(b"unsubscribe-mail:" + secret_key.encode(), what, sha256)[:_SIGNATURE]

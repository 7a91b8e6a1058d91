"""Passkeys: a question that works once, registering, and what their owner does with them afterwards."""

import hashlib
import json
from datetime import datetime
from secrets import token_bytes
from typing import Any, Literal
from uuid import UUID

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from webauthn import base64url_to_bytes, verify_registration_response

from peergang.core.errors import Conflict, Invalid
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.identity.actions.security import (
    forget_codes_of_nothing,
    keep_one_factor,
    lock_user,
    tell_owner,
)
from peergang.identity.models import Passkey, PasskeyChallenge
from peergang.identity.policy import can_change_account
from peergang.identity.queries.factors import get_passkey
from peergang.identity.rules import clean_text
from peergang.identity.rules.passkeys import RelyingParty
from peergang.identity.rules.second_factor import (
    CHALLENGE_LIFETIME,
    PASSKEY_NAME_MAX_LENGTH,
    PASSKEYS_AT_MOST,
)

log = structlog.get_logger(__name__)

Purpose = Literal["register", "sign_in", "proof"]
TRANSPORTS = frozenset(("usb", "nfc", "ble", "smart-card", "hybrid", "internal"))


def ask_passkey(
    session: Session, purpose: Purpose, browser: str, *, now: datetime, user_id: UUID | None = None
) -> bytes:
    """A question for this browser; anybody may ask one for signing in. `user_id` says whose passkey must answer."""
    challenge = token_bytes(32)
    session.add(
        PasskeyChallenge(
            challenge=challenge,
            purpose=purpose,
            browser_hash=_hash(browser),
            user_id=user_id,
            expires_at=now + CHALLENGE_LIFETIME,
        )
    )
    session.flush()
    return challenge


def take_challenge(
    session: Session,
    purpose: Purpose,
    browser: str,
    answer: dict[str, Any],
    *,
    now: datetime,
    user_id: UUID | None = None,
) -> bytes | None:
    """The question that `answer` answers, gone from now on; None when it was answered, is too old, or was another's."""
    challenge = _challenge_in(answer)
    if challenge is None:
        return None
    return session.scalar(
        delete(PasskeyChallenge)
        .where(
            PasskeyChallenge.challenge == challenge,
            PasskeyChallenge.purpose == purpose,
            PasskeyChallenge.browser_hash == _hash(browser),
            PasskeyChallenge.user_id.is_not_distinct_from(user_id),
            PasskeyChallenge.expires_at > now,
        )
        .returning(PasskeyChallenge.challenge)
    )


def add_passkey(
    session: Session,
    actor: Actor,
    user_id: UUID,
    answer: dict[str, Any],
    *,
    name: str,
    party: RelyingParty,
    browser: str,
    now: datetime,
) -> UUID:
    """Keep a new passkey; everybody their own. Gives its id.

    Raises:
        Forbidden: for another person.
        Invalid: {"name": "name_missing" | "passkey_name_long"}.
        Conflict: `passkey_refused` when the answer is not what was asked for (another site, an old question, no
            verification of the person); `passkey_known`; `passkeys_many`.
    """
    require(can_change_account(actor, user_id))
    name = _name(name)
    challenge = take_challenge(session, "register", browser, answer, now=now, user_id=user_id)
    lock_user(session, user_id)
    if session.scalar(select(func.count()).where(Passkey.user_id == user_id)) == PASSKEYS_AT_MOST:
        raise Conflict("passkeys_many")
    made = None if challenge is None else _verified(answer, challenge, party)
    if made is None:
        raise Conflict("passkey_refused")
    added: UUID | None = session.scalar(
        insert(Passkey)
        .values(
            user_id=user_id,
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            transports=_transports(answer),
            name=name,
            created_at=now,
        )
        .on_conflict_do_nothing()
        .returning(Passkey.id)
    )
    if added is None:
        raise Conflict("passkey_known")
    tell_owner(session, actor, "passkey_added", user_id, {"passkey_id": str(added), "name": name}, now=now)
    return added


def rename_passkey(
    session: Session, actor: Actor, user_id: UUID, passkey_id: UUID, name: str, *, now: datetime
) -> None:
    """Call a passkey something else; everybody their own.

    Raises:
        Forbidden: for another person.
        NotFound: when it is not theirs.
        Invalid: {"name": "name_missing" | "passkey_name_long"}.
    """
    require(can_change_account(actor, user_id))
    passkey = get_passkey(session, user_id, passkey_id)
    passkey.name = _name(name)
    record_audit(session, actor, "passkey_renamed", "user", user_id, {"passkey_id": str(passkey_id)}, now=now)


def remove_passkey(
    session: Session, actor: Actor, user_id: UUID, passkey_id: UUID, *, demanded: bool, now: datetime
) -> None:
    """Throw a passkey away; everybody their own. `demanded`: this installation wants a factor of who has a duty.

    Raises:
        Forbidden: for another person.
        NotFound: when it is not theirs.
        Conflict: `last_factor` when they must have one and this is the last.
    """
    require(can_change_account(actor, user_id))
    lock_user(session, user_id)
    passkey = get_passkey(session, user_id, passkey_id)
    keep_one_factor(session, user_id, demanded=demanded)
    session.delete(passkey)
    forget_codes_of_nothing(session, user_id)
    details = {"passkey_id": str(passkey_id), "name": passkey.name}
    tell_owner(session, actor, "passkey_removed", user_id, details, now=now)


def _verified(answer: dict[str, Any], challenge: bytes, party: RelyingParty) -> Any:
    try:
        return verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except Exception as error:  # noqa: BLE001 a browser may send anything, and whatever is wrong with it is a no
        log.info("passkey_refused", error=type(error).__name__)
        return None


def _challenge_in(answer: dict[str, Any]) -> bytes | None:
    """What the browser says it answered. It is signed with the rest, so it is believed only after verification."""
    try:
        said = json.loads(base64url_to_bytes(answer["response"]["clientDataJSON"]))
        return base64url_to_bytes(said["challenge"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _transports(answer: dict[str, Any]) -> list[str]:
    response = answer.get("response")
    told = response.get("transports") if isinstance(response, dict) else None
    return (
        sorted({one for one in told if isinstance(one, str)} & TRANSPORTS) if isinstance(told, list) else []
    )


def _name(text: str) -> str:
    name = clean_text(text)
    if not name:
        raise Invalid({"name": "name_missing"})
    if len(name) > PASSKEY_NAME_MAX_LENGTH:
        raise Invalid({"name": "passkey_name_long"})
    return name


def _hash(browser: str) -> bytes:
    return hashlib.sha256(browser.encode()).digest()

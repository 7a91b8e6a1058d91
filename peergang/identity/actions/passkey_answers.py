"""What a passkey answered: who it is, or why not. A refusal is written down, so nothing here raises."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn import base64url_to_bytes, verify_authentication_response

from peergang.identity.actions.audit import record_audit
from peergang.identity.actions.passkeys import Purpose, take_challenge
from peergang.identity.models import Passkey, User
from peergang.identity.rules.passkeys import RelyingParty

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """Whose passkey answered, or why it does not count: old_question, unknown, other_person, wrong, copied."""

    user_id: UUID | None = None
    problem: str = ""


def check_passkey(
    session: Session,
    answer: dict[str, Any],
    *,
    party: RelyingParty,
    browser: str,
    now: datetime,
    of_user: UUID | None = None,
) -> Answer:
    """Who answered the question of this browser; anybody may try. `of_user`: only this person's passkeys count.

    A question works once, whatever the answer. A passkey whose counter does not go up may have been copied: it is refused
    and written down.
    """
    purpose: Purpose = "sign_in" if of_user is None else "proof"
    challenge = take_challenge(session, purpose, browser, answer, now=now, user_id=of_user)
    if challenge is None:
        return Answer(problem="old_question")
    passkey = _find_locked(session, answer)
    if passkey is None:
        return Answer(problem="unknown")
    if _is_of_another(passkey, answer, of_user):
        return _refuse(session, passkey, "other_person", now)
    count = _signed_count(passkey, answer, challenge, party)
    if count is None:
        return _refuse(session, passkey, "wrong", now)
    if (count or passkey.sign_count) and count <= passkey.sign_count:
        return _refuse(session, passkey, "copied", now)
    passkey.sign_count, passkey.last_used_at = count, now
    session.flush()
    return Answer(user_id=passkey.user_id)


def _find_locked(session: Session, answer: dict[str, Any]) -> Passkey | None:
    try:
        credential_id = base64url_to_bytes(answer["id"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return session.scalar(
        select(Passkey)
        .join(User, User.id == Passkey.user_id)
        .where(Passkey.credential_id == credential_id, User.deactivated_at.is_(None))
        .with_for_update(of=Passkey)
        .execution_options(populate_existing=True)
    )


def _is_of_another(passkey: Passkey, answer: dict[str, Any], of_user: UUID | None) -> bool:
    """Whether the device says that this passkey belongs to somebody else than the table does, or than was asked for."""
    try:
        handle = answer["response"].get("userHandle")
        said = base64url_to_bytes(handle) if handle else None
    except (KeyError, TypeError, ValueError, AttributeError):
        return True
    # Who is asked without a name (discoverable) must be named by the device.
    if said is None:
        return of_user is None or passkey.user_id != of_user
    return said != passkey.user_id.bytes or of_user not in (None, passkey.user_id)


def _signed_count(
    passkey: Passkey, answer: dict[str, Any], challenge: bytes, party: RelyingParty
) -> int | None:
    try:
        verified = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            # The library's refusal cannot be told from a wrong signature, so the counter is compared here.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception as error:  # noqa: BLE001 a browser may send anything, and whatever is wrong with it is a no
        log.info("passkey_refused", error=type(error).__name__)
        return None
    return verified.new_sign_count


def _refuse(session: Session, passkey: Passkey, problem: str, now: datetime) -> Answer:
    details = {"passkey_id": str(passkey.id), "problem": problem}
    record_audit(session, None, "passkey_refused", "user", passkey.user_id, details, now=now)
    return Answer(problem=problem)

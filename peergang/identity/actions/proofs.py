"""Proving once more who one is, for what is sensitive. A failure is written down, so nothing here raises for it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.core.permissions import Actor, require
from peergang.core.sealing import Seal
from peergang.identity.actions import passwords
from peergang.identity.actions.audit import record_audit
from peergang.identity.actions.sessions import prove_again
from peergang.identity.actions.totp import check_totp
from peergang.identity.policy import can_change_account
from peergang.identity.queries import get_user


def prove_with_password(
    session: Session, actor: Actor, user_id: UUID, session_id: UUID, password: str, *, now: datetime
) -> bool:
    """Prove it with the password; everybody their own. Whether it was right.

    Raises:
        Forbidden: for another person.
    """
    require(can_change_account(actor, user_id))
    right = passwords.verify_password(get_user(session, user_id).password_hash, password)
    return _note(session, actor, session_id, "password", right, now)


def prove_with_code(
    session: Session, actor: Actor, user_id: UUID, session_id: UUID, code: str, seal: Seal, *, now: datetime
) -> bool:
    """Prove it with a code from the app; everybody their own. Whether it was right.

    Raises:
        Forbidden: for another person.
    """
    require(can_change_account(actor, user_id))
    return _note(session, actor, session_id, "totp", check_totp(session, user_id, code, seal, now=now), now)


def _note(session: Session, actor: Actor, session_id: UUID, method: str, right: bool, now: datetime) -> bool:
    if right:
        prove_again(session, actor, session_id, method, now=now)
    else:
        record_audit(session, actor, "proof_failed", "user", actor.user_id, {"method": method}, now=now)
    return right

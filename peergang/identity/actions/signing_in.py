"""Signing in and out. A browser holds a random token, the table its SHA-256."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from peergang.core.permissions import Actor, require
from peergang.identity.actions import passwords
from peergang.identity.actions.audit import record_audit
from peergang.identity.actions.security import lock_user
from peergang.identity.models import HalfSignIn, SignInSession
from peergang.identity.policy import can_change_account
from peergang.identity.queries import find_user_by_email
from peergang.identity.rules import SESSION_LIFETIME, SHORT_SESSION_LIFETIME
from peergang.identity.rules.second_factor import short_address


def hash_token(secret: str) -> bytes:
    """What the table keeps of a secret. The secret is random and long, so a plain SHA-256 cannot be guessed back."""
    return hashlib.sha256(secret.encode()).digest()


@dataclass(frozen=True, slots=True)
class Browser:
    """What is known of the browser in which somebody signs in. `former_token` is what its cookie held until now."""

    device: str = ""
    address: str = ""
    former_token: str = ""


NO_BROWSER = Browser()


def check_password(session: Session, email: str, password: str, *, now: datetime) -> UUID | None:
    """Whose address and password these are; anybody may try. None when it did not succeed.

    Every attempt costs exactly one check of a password and looks the same from outside: for an unknown address, an
    account without a password, one that was deactivated, and a wrong password. That it failed for somebody who exists is
    written in the log, for their admins; about addresses that nobody has nothing is kept.
    """
    user = find_user_by_email(session, email)
    matches = passwords.verify_password(user.password_hash if user else None, password)
    if user is None or not matches or user.deactivated_at is not None:
        if user is not None:
            record_audit(session, None, "sign_in_failed", "user", user.id, now=now)
        return None
    if passwords.needs_rehash(user.password_hash or ""):
        user.password_hash = passwords.hash_password(password)
    return user.id


def sign_in(
    session: Session, email: str, password: str, *, now: datetime, device: str = "", remember: bool = False
) -> str | None:
    """Sign somebody in who has nothing but a password; anybody may try. Pages go through actions/entering.py, which knows
    of the second step. Gives the token for the cookie, or None when it did not succeed.
    """
    user_id = check_password(session, email, password, now=now)
    if user_id is None:
        return None
    return open_session(session, user_id, now=now, browser=Browser(device=device), remember=remember)


def open_session(
    session: Session,
    user_id: UUID,
    *,
    now: datetime,
    browser: Browser = NO_BROWSER,
    device: str = "",
    remember: bool = False,
    verb: str = "sign_in",
    method: str = "password",
    second: str = "",
) -> str:
    """Make a new signed-in browser for somebody whose identity was just proved, and give the token for its cookie.

    What the same browser was signed in as before ends: one browser, one session.
    """
    if browser.former_token:
        _end_former(session, browser.former_token, now)
    token = token_urlsafe(32)
    signed_in = SignInSession(
        user_id=user_id,
        token_hash=hash_token(token),
        created_at=now,
        expires_at=now + (SESSION_LIFETIME if remember else SHORT_SESSION_LIFETIME),
        device=(browser.device or device)[:100],
        address=short_address(browser.address),
        method=str(method),
        last_used_at=now,
        proved_at=now,
    )
    session.add(signed_in)
    session.flush()
    details = {"method": str(method)} | ({"second": second} if second else {})
    record_audit(session, Actor(user_id=user_id), verb, "sign_in_session", signed_in.id, details, now=now)
    return token


def _end_former(session: Session, token: str, now: datetime) -> None:
    session.execute(
        update(SignInSession)
        .where(SignInSession.token_hash == hash_token(token), SignInSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def sign_out(session: Session, actor: Actor, session_id: UUID, *, now: datetime) -> None:
    """End one signed-in browser of the actor; another person's is left as it is."""
    session.execute(
        update(SignInSession)
        .where(
            SignInSession.id == session_id,
            SignInSession.user_id == actor.user_id,
            SignInSession.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )


def sign_out_everywhere(
    session: Session, actor: Actor, user_id: UUID, *, now: datetime, keep_session_id: UUID | None = None
) -> None:
    """End all signed-in browsers of a person, except `keep_session_id`. Everybody may do this for themselves.

    Raises:
        Forbidden: for another person.
    """
    require(can_change_account(actor, user_id))
    revoke_sessions(session, user_id, now=now, keep_session_id=keep_session_id)
    record_audit(session, actor, "sign_out_everywhere", "user", user_id, now=now)


def revoke_sessions(
    session: Session, user_id: UUID, *, now: datetime, keep_session_id: UUID | None = None
) -> None:
    """End the signed-in browsers of a person, and sign-ins that wait for their second step: who began one knew a password
    that may not count any more. Called by use cases that have asked their policy.
    """
    # The person first, as whoever gives a second step does.
    lock_user(session, user_id)
    session.execute(delete(HalfSignIn).where(HalfSignIn.user_id == user_id))
    statement = update(SignInSession).where(
        SignInSession.user_id == user_id, SignInSession.revoked_at.is_(None)
    )
    if keep_session_id is not None:
        statement = statement.where(SignInSession.id != keep_session_id)
    session.execute(statement.values(revoked_at=now))

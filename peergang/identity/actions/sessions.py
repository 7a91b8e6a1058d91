"""The browsers in which somebody is signed in: ending them, and keeping when they were last used."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from peergang.core.errors import NotFound
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.identity.actions.security import lock_user, tell_owner
from peergang.identity.actions.signing_in import revoke_sessions
from peergang.identity.models import HalfSignIn, Passkey, RecoveryCode, SignInSession, Totp
from peergang.identity.policy import can_change_account, can_reset_second_factor
from peergang.identity.rules.second_factor import USE_INTERVAL, short_address


def revoke_session(session: Session, actor: Actor, session_id: UUID, *, now: datetime) -> None:
    """End one signed-in browser; everybody their own. One that has ended already stays so.

    Raises:
        NotFound: when it is not theirs.
    """
    require(actor.user_id is not None)
    mine = (SignInSession.id == session_id, SignInSession.user_id == actor.user_id)
    ended = session.execute(
        update(SignInSession)
        .where(*mine, SignInSession.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(SignInSession.id)
    ).first()
    if ended is not None:
        record_audit(session, actor, "session_revoked", "sign_in_session", session_id, now=now)
    elif session.query(SignInSession.id).where(*mine).first() is None:
        raise NotFound


def revoke_other_sessions(
    session: Session, actor: Actor, user_id: UUID, this_session: UUID, *, now: datetime
) -> None:
    """End all signed-in browsers but this one; everybody their own.

    Raises:
        Forbidden: for another person.
    """
    require(can_change_account(actor, user_id))
    revoke_sessions(session, user_id, now=now, keep_session_id=this_session)
    tell_owner(session, actor, "other_sessions_revoked", user_id, now=now)


def note_use(session: Session, actor: Actor, session_id: UUID, address: str, *, now: datetime) -> None:
    """Keep when and from where the actor's browser was used, at most once every few minutes."""
    session.execute(
        update(SignInSession)
        .where(
            SignInSession.id == session_id,
            SignInSession.user_id == actor.user_id,
            or_(
                SignInSession.last_used_at.is_(None),
                SignInSession.last_used_at <= now - USE_INTERVAL,
            ),
        )
        .values(last_used_at=now, address=short_address(address))
    )


def prove_again(session: Session, actor: Actor, session_id: UUID, method: str, *, now: datetime) -> None:
    """Keep that the actor has just proved once more who they are; the caller has checked the proof."""
    session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.user_id == actor.user_id)
        .values(proved_at=now)
    )
    record_audit(session, actor, "proved_again", "user", actor.user_id, {"method": method}, now=now)


def reset_second_factor(session: Session, actor: Actor, user_id: UUID, *, now: datetime) -> None:
    """Take away all passkeys and codes of somebody who lost them, and end their browsers; for admins and the command line.

    Raises:
        Forbidden: for anybody else, and for oneself: that goes by the account page, with a proof.
    """
    require(can_reset_second_factor(actor, user_id))
    lock_user(session, user_id)
    for table in (Passkey, Totp, RecoveryCode, HalfSignIn):
        session.execute(delete(table).where(table.user_id == user_id))
    revoke_sessions(session, user_id, now=now)
    tell_owner(session, actor, "second_factor_reset", user_id, now=now)

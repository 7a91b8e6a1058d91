"""Links by mail that work once: invitations and new passwords.

A row of `SingleUseToken` is the request. The worker makes the secret at the moment of sending (`issue_token_secret`), so
no secret waits in a queue, and a mail that is sent again carries a new one.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from secrets import token_urlsafe
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, NotFound
from peergang.core.jobs import Job, enqueue
from peergang.core.permissions import Actor
from peergang.identity.actions import passwords
from peergang.identity.actions.audit import record_audit
from peergang.identity.actions.security import lock_user, tell_owner
from peergang.identity.actions.signing_in import hash_token, revoke_sessions
from peergang.identity.models import SingleUseToken, User
from peergang.identity.queries import find_open_token, find_user_by_email, may_come_in
from peergang.identity.rules import RESET_INTERVAL, TOKEN_LIFETIME, TokenPurpose

Accepted = Callable[[Session, UUID, datetime], None]
"""Called with the person and the moment, inside the transaction in which an invitation is accepted."""

_when_accepted: list[Accepted] = []


def when_accepted(callback: Accepted) -> None:
    """Let a higher feature finish what an invitation is about (an enrolment becomes active). app.py calls this."""
    if callback not in _when_accepted:
        _when_accepted.append(callback)


def request_password_reset(session: Session, actor: Actor | None, email: str, *, now: datetime) -> None:
    """Ask for a link to choose a new password; anybody may, also for an address that nobody here has.

    The answer is always the same. Who was ever let in gets a mail, at most one in five minutes; who only asked for a
    place gets none.
    """
    # Also for nobody: how long the broker takes must not tell who has an account.
    enqueue(session, Job.NOTICES_PLAN_RULE, "password_reset")
    user = find_user_by_email(session, email)
    if user is None or not may_come_in(session, user):
        return
    # Two clicks at once would both find no open request; the second waits here for the first.
    session.execute(select(User.id).where(User.id == user.id).with_for_update())
    recent = exists().where(
        SingleUseToken.user_id == user.id,
        SingleUseToken.purpose == TokenPurpose.PASSWORD_RESET,
        SingleUseToken.used_at.is_(None),
        SingleUseToken.requested_at > now - RESET_INTERVAL,
    )
    if session.scalar(select(recent)):
        return
    token = _new_token(user.id, TokenPurpose.PASSWORD_RESET, now)
    session.add(token)
    session.flush()
    record_audit(session, actor, "password_reset_requested", "user", user.id, now=now)


def invite_user(session: Session, user_id: UUID, *, now: datetime) -> SingleUseToken:
    """Invite one person; the caller has asked its own policy. The mail follows from the ledger."""
    return invite_users(session, [user_id], now=now)[user_id]


def invite_users(session: Session, user_ids: Iterable[UUID], *, now: datetime) -> dict[UUID, SingleUseToken]:
    """Invite many people at once, as {user id: token}; the caller has asked its own policy."""
    tokens = {user_id: _new_token(user_id, TokenPurpose.INVITATION, now) for user_id in user_ids}
    session.add_all(tokens.values())
    session.flush()
    return tokens


def issue_token_secret(session: Session, token_id: UUID, *, now: datetime) -> str:
    """Make the secret for the link in a mail that is about to be sent, and keep its hash. Only workers call this.

    An earlier secret of the same request stops working.

    Raises:
        NotFound: when there is no such request.
        Conflict: `token_gone` when it was used or has expired; then no mail must go out.
    """
    token = session.scalar(select(SingleUseToken).where(SingleUseToken.id == token_id).with_for_update())
    if token is None:
        raise NotFound
    if token.used_at is not None or token.expires_at <= now:
        raise Conflict("token_gone")
    secret = token_urlsafe(32)
    token.token_hash = hash_token(secret)
    session.flush()
    return secret


def accept_invitation(session: Session, secret: str, password: str | None, *, now: datetime) -> UUID:
    """Accept an invitation by its link, whoever holds it. Gives the id of the person.

    Somebody without a password gets `password`; for somebody who has one it is ignored, and they sign in with their own.

    Raises:
        Conflict: `token_gone` when the link is unknown, used or expired.
        Invalid: {"password": code} when the password will not do; the link goes on working.
    """
    token, user = _take(session, secret, TokenPurpose.INVITATION, now)
    chosen = "" if user.password_hash else _hash_new(password or "", user.email)
    close_reset_links(session, user.id, now=now)
    _finish(session, token, now)
    _tell_accepted(session, user.id, now)
    # Another link may have given them a password meanwhile; that one stays.
    if lock_user(session, user.id).password_hash is None:
        user.password_hash = chosen
    record_audit(session, Actor(user_id=user.id), "invitation_accepted", "user", user.id, now=now)
    return user.id


def reset_password(session: Session, secret: str, password: str, *, now: datetime) -> UUID:
    """Choose a new password by a link, whoever holds it; all signed-in browsers of the person end. Gives their id.

    For somebody who was invited and never chose a password, this accepts the invitation as well.

    Raises:
        Conflict: `token_gone` when the link is unknown, used or expired.
        Invalid: {"password": code} when the password will not do; the link goes on working.
    """
    token, user = _take(session, secret, TokenPurpose.PASSWORD_RESET, now)
    chosen = _hash_new(password, user.email)
    _finish(session, token, now)
    if user.password_hash is None:
        _tell_accepted(session, user.id, now)
    lock_user(session, user.id).password_hash = chosen
    revoke_sessions(session, user.id, now=now)
    tell_owner(session, Actor(user_id=user.id), "password_reset", user.id, now=now)
    return user.id


def accept_by_proof(session: Session, user_id: UUID, *, now: datetime) -> None:
    """Accept for somebody who never signed in what they were invited to; the caller saw them prove that they are theirs."""
    _close_links(session, user_id, TokenPurpose.INVITATION, now)
    record_audit(session, Actor(user_id=user_id), "invitation_accepted", "user", user_id, now=now)
    _tell_accepted(session, user_id, now)


def close_reset_links(session: Session, user_id: UUID, *, now: datetime) -> None:
    """Make every open link for a new password useless: who has just chosen one must not lose it to an older mail."""
    _close_links(session, user_id, TokenPurpose.PASSWORD_RESET, now)


def close_links(session: Session, user_id: UUID, *, now: datetime) -> None:
    """Make every open link of somebody useless: they were mailed to an address that is theirs no more."""
    for purpose in TokenPurpose:
        _close_links(session, user_id, purpose, now)


def _new_token(user_id: UUID, purpose: TokenPurpose, now: datetime) -> SingleUseToken:
    return SingleUseToken(
        user_id=user_id, purpose=purpose, requested_at=now, expires_at=now + TOKEN_LIFETIME[purpose]
    )


def _take(session: Session, secret: str, purpose: TokenPurpose, now: datetime) -> tuple[SingleUseToken, User]:
    found = find_open_token(session, hash_token(secret), purpose, now, lock=True)
    if found is None:
        raise Conflict("token_gone")
    return found[0], found[1]


def _hash_new(password: str, email: str) -> str:
    passwords.check_new_password(password, email)
    return passwords.hash_password(password)


def _tell_accepted(session: Session, user_id: UUID, now: datetime) -> None:
    """Higher features hold cohorts and places; who moves people about holds those first, and the person last."""
    for callback in _when_accepted:
        callback(session, user_id, now)


def _finish(session: Session, token: SingleUseToken, now: datetime) -> None:
    """Close this link, and every other open one of the same kind: an older mail must not work after a newer one."""
    _close_links(session, token.user_id, token.purpose, now)


def _close_links(session: Session, user_id: UUID, purpose: str, now: datetime) -> None:
    session.execute(
        update(SingleUseToken)
        .where(
            SingleUseToken.user_id == user_id,
            SingleUseToken.purpose == purpose,
            SingleUseToken.used_at.is_(None),
        )
        .values(used_at=now)
    )

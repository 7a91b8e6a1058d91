"""What people change about themselves, and organisers about others."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, Invalid
from peergang.core.permissions import Actor, require
from peergang.identity.actions import passwords
from peergang.identity.actions.audit import record_audit
from peergang.identity.actions.links import close_reset_links
from peergang.identity.actions.roles import keep_an_admin
from peergang.identity.actions.security import tell_owner
from peergang.identity.actions.signing_in import revoke_sessions
from peergang.identity.policy import can_change_account, can_manage_people
from peergang.identity.queries import get_user
from peergang.identity.rules import LOCALES, NAME_MAX_LENGTH, THEMES, clean_text, sort_key

Deactivated = Callable[[Session, UUID, datetime], None]
"""Called with the person and the moment, inside the transaction in which their account closes."""

_when_deactivated: list[Deactivated] = []


def when_deactivated(callback: Deactivated) -> None:
    """Let a higher feature hand over what somebody had in hand. Whoever starts a process with actions calls this."""
    if callback not in _when_deactivated:
        _when_deactivated.append(callback)


def change_name(
    session: Session, actor: Actor, user_id: UUID, *, given_name: str, particle: str, family_name: str
) -> None:
    """Change a name; everybody their own.

    Raises:
        Forbidden: for another person.
        Invalid: {"given_name": "name_missing"}, or a field with "name_long".
    """
    require(can_change_account(actor, user_id))
    parts = {
        "given_name": clean_text(given_name),
        "name_particle": clean_text(particle),
        "family_name": clean_text(family_name),
    }
    problems = {name: "name_long" for name, part in parts.items() if len(part) > NAME_MAX_LENGTH}
    if not parts["given_name"]:
        problems["given_name"] = "name_missing"
    if problems:
        raise Invalid(problems)
    user = get_user(session, user_id)
    user.given_name, user.name_particle, user.family_name = parts.values()
    user.sort_key = sort_key(user.given_name, user.name_particle, user.family_name)


def choose_language(session: Session, actor: Actor, user_id: UUID, locale: str) -> None:
    """Choose the language of pages and mail; everybody their own.

    Raises:
        Forbidden: for another person.
        Invalid: {"language": "unknown"}.
    """
    require(can_change_account(actor, user_id))
    if locale not in LOCALES:
        raise Invalid({"language": "unknown"})
    get_user(session, user_id).locale = locale


def choose_theme(session: Session, actor: Actor, user_id: UUID, theme: str) -> None:
    """Choose light, dark or what the system says; everybody their own.

    Raises:
        Forbidden: for another person.
        Invalid: {"theme": "unknown"}.
    """
    require(can_change_account(actor, user_id))
    if theme not in THEMES:
        raise Invalid({"theme": "unknown"})
    get_user(session, user_id).theme = theme


def change_password(
    session: Session,
    actor: Actor,
    user_id: UUID,
    *,
    current: str,
    new: str,
    now: datetime,
    keep_session_id: UUID | None = None,
) -> None:
    """Choose another password; everybody their own, knowing the present one. Other signed-in browsers end.

    Raises:
        Forbidden: for another person.
        Invalid: {"current": "password_wrong"} or {"password": code}.
    """
    require(can_change_account(actor, user_id))
    user = get_user(session, user_id)
    if not passwords.verify_password(user.password_hash, current):
        raise Invalid({"current": "password_wrong"})
    passwords.check_new_password(new, user.email)
    user.password_hash = passwords.hash_password(new)
    close_reset_links(session, user_id, now=now)
    revoke_sessions(session, user_id, now=now, keep_session_id=keep_session_id)
    tell_owner(session, actor, "password_changed", user_id, now=now)


def set_password(session: Session, actor: Actor, user_id: UUID, password: str, *, now: datetime) -> None:
    """Set somebody's password without the present one; the command line alone. Signed-in browsers end.

    Raises:
        Forbidden: for every person.
        Invalid: {"password": code}.
    """
    require(actor.is_system)
    user = get_user(session, user_id)
    passwords.check_new_password(password, user.email)
    user.password_hash = passwords.hash_password(password)
    close_reset_links(session, user_id, now=now)
    revoke_sessions(session, user_id, now=now)
    tell_owner(session, actor, "password_set", user_id, now=now)


def deactivate_user(session: Session, actor: Actor, user_id: UUID, *, now: datetime) -> None:
    """Close somebody's account: they cannot sign in, and open browsers end. Their work stays; higher features free what
    waits for them, as a place in a cohort. For organisers.

    Raises:
        Forbidden: for anybody else, and for closing one's own account.
        Conflict: "last_admin" when nobody would be left to give roles.
    """
    require(can_manage_people(actor) and actor.user_id != user_id)
    user = get_user(session, user_id)
    if user.deactivated_at is not None:
        return
    keep_an_admin(session, user_id)
    # They hold cohorts and what is in them; whoever imports people holds those before anybody's account.
    for callback in _when_deactivated:
        callback(session, user_id, now)
    user.deactivated_at = now
    revoke_sessions(session, user_id, now=now)
    record_audit(session, actor, "user_deactivated", "user", user_id, now=now)


def reactivate_user(session: Session, actor: Actor, user_id: UUID, *, now: datetime) -> None:
    """Open a closed account again. For organisers.

    Raises:
        Forbidden: for anybody else.
        Conflict: "erased" when nothing is left of whom it was.
    """
    require(can_manage_people(actor))
    user = get_user(session, user_id)
    if user.erased_at is not None:
        raise Conflict("erased")
    if user.deactivated_at is None:
        return
    user.deactivated_at = None
    record_audit(session, actor, "user_reactivated", "user", user_id, now=now)

"""What organisers put right about somebody else: a name, and the address to which everything goes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from peergang.core.errors import Invalid
from peergang.core.permissions import Actor, require
from peergang.identity.actions.addresses import move_address
from peergang.identity.actions.audit import record_audit
from peergang.identity.actions.security import lock_user
from peergang.identity.actions.signing_in import revoke_sessions
from peergang.identity.models import InstitutionAccount, Passkey, User
from peergang.identity.policy import can_correct_person
from peergang.identity.queries import list_roles
from peergang.identity.rules import NAME_MAX_LENGTH, clean_text, is_email, normal_email, sort_key


def correct_person(
    session: Session,
    actor: Actor,
    user_id: UUID,
    *,
    given_name: str,
    particle: str,
    family_name: str,
    email: str,
    now: datetime,
) -> bool:
    """Put right how somebody is called and where their mail goes. For organisers; about who has a role for the network,
    for admins. Gives whether the address changed: then the way in by the old one ends, and both are told.

    Raises:
        Forbidden: for anybody else, and about oneself. NotFound.
        Invalid: {"given_name": "name_missing"}, a name with "name_long", {"email": "email_shape" | "email_taken"};
            {"email": "address_in_use"} of somebody who signs in: whoever has the address has the account, and with it what
            only its owner may read (invariant 3). That is left to the command line.
    """
    user = lock_user(session, user_id)
    require(can_correct_person(actor, user_id, [role for role, _school in list_roles(session, user_id)]))
    names = {
        "given_name": clean_text(given_name),
        "name_particle": clean_text(particle),
        "family_name": clean_text(family_name),
    }
    _check(names, normal_email(email))
    return _correct(session, actor, user, names, normal_email(email), now)


def _correct(
    session: Session, actor: Actor, user: User, names: dict[str, str], address: str, now: datetime
) -> bool:
    if names != {name: getattr(user, name) for name in names}:
        _rename(user, names)
        record_audit(session, actor, "person_renamed", "user", user.id, now=now)
    if address == user.email:
        return False
    if not actor.is_system and _signs_in(session, user):
        raise Invalid({"email": "address_in_use"})
    _change_address(session, actor, user, address, now)
    return True


def _signs_in(session: Session, user: User) -> bool:
    """Whether somebody made this account theirs already."""
    owned = (exists().where(table.user_id == user.id) for table in (InstitutionAccount, Passkey))
    return user.password_hash is not None or bool(session.scalar(select(or_(*owned))))


def _check(names: dict[str, str], address: str) -> None:
    problems = {name: "name_long" for name, part in names.items() if len(part) > NAME_MAX_LENGTH}
    if not names["given_name"]:
        problems["given_name"] = "name_missing"
    if not is_email(address):
        problems["email"] = "email_shape"
    if problems:
        raise Invalid(problems)


def _rename(user: User, names: dict[str, str]) -> None:
    user.given_name, user.name_particle, user.family_name = names.values()
    user.sort_key = sort_key(user.given_name, user.name_particle, user.family_name)


def _change_address(session: Session, actor: Actor, user: User, address: str, now: datetime) -> None:
    if not move_address(session, actor, user, address, now=now):
        raise Invalid({"email": "email_taken"})
    revoke_sessions(session, user.id, now=now)
    record_audit(session, actor, "email_changed", "user", user.id, now=now)

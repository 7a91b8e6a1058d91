"""Who may do what with people and institutions."""

from collections.abc import Collection
from uuid import UUID

from peergang.core.permissions import Actor
from peergang.identity.rules import Role


def can_manage_institutions(actor: Actor) -> bool:
    """Add and change institutions."""
    return actor.is_organiser or actor.is_admin or actor.is_system


def can_view_institution(actor: Actor, institution_id: UUID) -> bool:
    """See the page of an institution: who manages them, and its own contacts."""
    return can_manage_institutions(actor) or institution_id in actor.contact_of


def can_manage_people(actor: Actor) -> bool:
    """Add people, let them go and say where they work."""
    return actor.is_organiser or actor.is_admin or actor.is_system


def can_correct_person(actor: Actor, user_id: UUID, roles: Collection[str]) -> bool:
    """Change how somebody else is called and where their mail goes. Whoever has the address can ask a new password, so of
    people with a role for the network only an admin may.
    """
    wide = Role.ADMIN in roles or Role.ORGANISER in roles
    may_all = actor.is_admin or actor.is_system
    return can_manage_people(actor) and actor.user_id != user_id and (may_all or not wide)


def can_manage_roles(actor: Actor) -> bool:
    """Give and take roles for the network or an institution."""
    return actor.is_admin or actor.is_system


def can_take_role(actor: Actor, user_id: UUID, role: Role) -> bool:
    """Take a role: who gives roles, except one's own admin role."""
    return can_manage_roles(actor) and not (role == Role.ADMIN and actor.user_id == user_id)


def can_read_audit(actor: Actor) -> bool:
    """Read the log of what people may have to account for, and take it along as a file."""
    return actor.is_admin


def can_read_on_behalf(actor: Actor, user_id: UUID) -> bool:
    """See what is kept about somebody else, with a reason that is written down; texts of people are not among it."""
    return actor.is_admin and actor.user_id != user_id


def can_erase_person(actor: Actor, user_id: UUID) -> bool:
    """Erase somebody who asked for it: admins others than themselves, and the command line."""
    return actor.is_system or (actor.is_admin and actor.user_id != user_id)


def can_change_account(actor: Actor, user_id: UUID) -> bool:
    """Change a name, a language or a password: everybody their own."""
    return actor.user_id == user_id


def can_reset_second_factor(actor: Actor, user_id: UUID) -> bool:
    """Take away the passkeys and codes that somebody lost: admins those of others, and the command line."""
    return actor.is_system or (actor.is_admin and actor.user_id != user_id)

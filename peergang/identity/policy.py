"""Who may do what with people and institutions."""

from uuid import UUID

from peergang.core.permissions import Actor


def can_manage_institutions(actor: Actor) -> bool:
    """Add and change institutions."""
    return actor.is_organiser or actor.is_admin or actor.is_system


def can_manage_people(actor: Actor) -> bool:
    """Add people, let them go and say where they work."""
    return actor.is_organiser or actor.is_admin or actor.is_system


def can_manage_roles(actor: Actor) -> bool:
    """Give and take roles for the network or an institution."""
    return actor.is_admin or actor.is_system


def can_change_account(actor: Actor, user_id: UUID) -> bool:
    """Change a name, a language or a password: everybody their own."""
    return actor.user_id == user_id

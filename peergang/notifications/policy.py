"""Who may change what about notices."""

from uuid import UUID

from peergang.core.permissions import Actor


def can_change_preferences(actor: Actor, user_id: UUID) -> bool:
    """Choose which reminders somebody gets: everybody their own."""
    return actor.user_id == user_id


def can_settle_notices(actor: Actor) -> bool:
    """Decide about a message of which nobody knows whether it arrived."""
    return actor.is_admin or actor.is_system

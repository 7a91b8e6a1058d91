"""Who may do what with what people tell about themselves."""

from collections.abc import Collection
from uuid import UUID

from peergang.core.permissions import Actor
from peergang.profiles.rules import sees_profile


def can_search_profiles(actor: Actor) -> bool:
    """Look around in the directory: everybody who is signed in."""
    return actor.user_id is not None


def can_change_profile(actor: Actor, user_id: UUID) -> bool:
    """Tell something about oneself and choose who sees it: everybody their own, whatever one's role."""
    return actor.user_id == user_id


def can_view_profile(
    actor: Actor,
    user_id: UUID,
    visibility: str,
    cohorts: Collection[UUID],
    follows: Collection[UUID],
) -> bool:
    """See what somebody tells: whom they chose. `cohorts` are all in which they have a place, `follows` those as a
    participant.
    """
    if actor.user_id is None:
        return False
    return sees_profile(
        visibility,
        is_self=actor.user_id == user_id,
        shares_cohort=not (actor.trains | actor.follows).isdisjoint(cohorts),
        trains_them=not actor.trains.isdisjoint(follows),
    )

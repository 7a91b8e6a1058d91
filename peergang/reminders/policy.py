"""Who may have somebody reminded."""

from uuid import UUID

from peergang.cohorts.policy import can_train, is_about_self
from peergang.core.permissions import Actor


def can_remind(actor: Actor, cohort_id: UUID) -> bool:
    """Have participants of a cohort reminded of an activity: its trainers, whose name stands under it."""
    return can_train(actor, cohort_id)


def can_remind_person(actor: Actor, user_id: UUID) -> bool:
    """Nobody reminds themselves."""
    return not is_about_self(actor, user_id)

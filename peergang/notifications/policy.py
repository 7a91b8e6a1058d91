"""Who may change what about notices."""

from uuid import UUID

from peergang.core.permissions import Actor


def can_change_preferences(actor: Actor, user_id: UUID) -> bool:
    """Choose which reminders somebody gets: everybody their own."""
    return actor.user_id == user_id


def can_read_messages(actor: Actor) -> bool:
    """Read the messages on the site, and have them pushed to a browser: everybody their own."""
    return actor.user_id is not None


def can_settle_notices(actor: Actor) -> bool:
    """Decide about a message of which nobody knows whether it arrived."""
    return actor.is_admin or actor.is_system


def can_operate_notices(actor: Actor) -> bool:
    """See what waits and what failed, hold mail back, and send it again: admins, and the command line."""
    return actor.is_admin or actor.is_system


def can_see_rules(actor: Actor) -> bool:
    """See which rules there are and what became of their notices, in numbers."""
    return actor.is_organiser or actor.is_admin


def can_try_rule(actor: Actor, *, about_cohorts: bool) -> bool:
    """See who would get a rule's message now: admins always, organisers when it is about what they know of a cohort anyway."""
    return actor.is_admin or (actor.is_organiser and about_cohorts)


def can_see_why_not(actor: Actor) -> bool:
    """See what somebody chose (stopped, away, only on the site), or that their address refuses mail, where it holds a message
    back. Others see that it does not go now, in the same words for all of these, and never why.
    """
    return actor.is_admin


def can_lift_suspension(actor: Actor, user_id: UUID | None) -> bool:
    """Say that an address works and may be mailed again: whose it is, and admins."""
    return actor.is_admin or actor.is_system or (user_id is not None and actor.user_id == user_id)

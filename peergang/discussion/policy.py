"""Who may do what in the conversations of a cohort: its participants and its trainers, and no role above that.

Organisers, admins and contacts set cohorts up and see how they go; what is said in them is not theirs to read.
"""

from uuid import UUID

from peergang.core.permissions import Actor


def can_join_discussion(actor: Actor, cohort_id: UUID) -> bool:
    """Read what a cohort talks about, begin a conversation and reply: who takes part in it or trains it."""
    return cohort_id in actor.trains or cohort_id in actor.follows


def can_change_post(actor: Actor, cohort_id: UUID, user_id: UUID) -> bool:
    """Change or remove a post: who wrote it, as long as they have a place in the cohort."""
    return actor.user_id == user_id and can_join_discussion(actor, cohort_id)


def can_hide_post(actor: Actor, cohort_id: UUID, user_id: UUID) -> bool:
    """Hide a post of somebody else, or show it again: the trainers of the cohort."""
    return cohort_id in actor.trains and actor.user_id != user_id

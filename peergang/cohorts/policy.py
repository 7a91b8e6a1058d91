"""Who may do what with cohorts. Organisers (and admins) set them up; trainers see and record in those they train."""

from collections.abc import Collection
from uuid import UUID

from peergang.core.permissions import Actor


def can_manage_cohort(actor: Actor) -> bool:
    """Set up, open and change cohorts, their dates and their people."""
    return actor.is_organiser or actor.is_admin


def is_about_self(actor: Actor, user_id: UUID) -> bool:
    """Whether a use case that gives somebody a place would give it to the one who acts.

    A place opens reflections. Organisers and admins may have one, and then a colleague gave it (invariant 3).
    """
    return actor.user_id == user_id


def can_list_cohorts(actor: Actor) -> bool:
    """See the list of cohorts: all of them, or for a trainer their own."""
    return can_manage_cohort(actor) or actor.is_trainer


def can_train(actor: Actor, cohort_id: UUID) -> bool:
    """Do what a trainer of this cohort does."""
    return cohort_id in actor.trains


def can_view_cohort(actor: Actor, cohort_id: UUID) -> bool:
    """See who is in the cohort, its groups and its dates."""
    return can_manage_cohort(actor) or can_train(actor, cohort_id)


def can_arrange_groups(actor: Actor, cohort_id: UUID) -> bool:
    """Divide a cohort into peer groups and move people between them."""
    return can_manage_cohort(actor) or can_train(actor, cohort_id)


def can_join_intervision(actor: Actor, cohort_id: UUID, members: Collection[UUID]) -> bool:
    """See and steer the intervision of a peer group: its members (user ids) and the trainers of the cohort, nobody else."""
    return can_train(actor, cohort_id) or (actor.user_id is not None and actor.user_id in members)


def can_record_attendance(actor: Actor, cohort_id: UUID) -> bool:
    """Write down who was at a meeting."""
    return can_manage_cohort(actor) or can_train(actor, cohort_id)


def can_extend(actor: Actor, cohort_id: UUID, user_id: UUID) -> bool:
    """Give a participant more time: organisers and the trainers of the cohort, never for themselves."""
    return can_record_attendance(actor, cohort_id) and not is_about_self(actor, user_id)


def can_view_meeting(actor: Actor, cohort_id: UUID) -> bool:
    """See a meeting of the cohort and put it in one's own calendar."""
    return can_view_cohort(actor, cohort_id) or cohort_id in actor.follows


def can_answer_invitation(actor: Actor, user_id: UUID) -> bool:
    """Accept or decline an invitation: everybody their own."""
    return actor.user_id == user_id


def can_withdraw_enrolment(actor: Actor, user_id: UUID) -> bool:
    """Take somebody out of a cohort: organisers anybody, everybody themselves."""
    return can_manage_cohort(actor) or actor.user_id == user_id

"""Who may do what with cohorts. Organisers (and admins) set them up; trainers see and record in those they train."""

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


def can_read_reasons(actor: Actor, cohort_id: UUID) -> bool:
    """Read why somebody cannot come or needs more time: health and family stand there. Their trainers and organisers,
    as the form promises; who merely keeps the platform running sees that it is so, and not why.
    """
    return actor.is_organiser or can_train(actor, cohort_id)


def can_view_cohort(actor: Actor, cohort_id: UUID) -> bool:
    """See who is in the cohort, its groups and its dates."""
    return can_manage_cohort(actor) or can_train(actor, cohort_id)


def can_arrange_groups(actor: Actor, cohort_id: UUID) -> bool:
    """Divide a cohort into peer groups and move people between them."""
    return can_manage_cohort(actor) or can_train(actor, cohort_id)


def can_look_back_at_groups(actor: Actor, cohort_id: UUID) -> bool:
    """Read the peer groups of a cohort that is over; who took part sees their own."""
    return can_view_cohort(actor, cohort_id) or cohort_id in actor.follows


def can_join_intervision(actor: Actor, cohort_id: UUID, *, is_member: bool) -> bool:
    """See and steer the intervision of a peer group: its members and the trainers of the cohort, nobody else."""
    return is_member or can_train(actor, cohort_id)


def can_record_attendance(actor: Actor, cohort_id: UUID) -> bool:
    """Write down who was at a meeting."""
    return can_manage_cohort(actor) or can_train(actor, cohort_id)


def can_extend(actor: Actor, cohort_id: UUID, user_id: UUID) -> bool:
    """Give a participant more time: organisers and the trainers of the cohort, never for themselves."""
    return can_record_attendance(actor, cohort_id) and not is_about_self(actor, user_id)


def can_override(actor: Actor, cohort_id: UUID, user_id: UUID) -> bool:
    """Say that a participant completed something, and take that back: their trainers and organisers, never for themselves.
    Who merely keeps the platform running does not judge.
    """
    return can_read_reasons(actor, cohort_id) and not is_about_self(actor, user_id)


def can_view_meeting(actor: Actor, cohort_id: UUID) -> bool:
    """See a meeting of the cohort and put it in one's own calendar."""
    return can_view_cohort(actor, cohort_id) or cohort_id in actor.follows


def can_answer_invitation(actor: Actor, user_id: UUID) -> bool:
    """Accept or decline an invitation: everybody their own."""
    return actor.user_id == user_id


def can_withdraw_enrolment(actor: Actor, user_id: UUID) -> bool:
    """Take somebody out of a cohort: organisers anybody, everybody themselves."""
    return can_manage_cohort(actor) or actor.user_id == user_id


def can_prepare_meeting(actor: Actor, cohort_id: UUID) -> bool:
    """Change the agenda of a meeting, write its notes and say who does what."""
    return can_record_attendance(actor, cohort_id)


def can_sign_off(actor: Actor, cohort_id: UUID) -> bool:
    """Say that one cannot come to a meeting, or check in at it: who takes part, for themselves."""
    return cohort_id in actor.follows


def can_tick_off(actor: Actor, cohort_id: UUID, owner_id: UUID) -> bool:
    """Say that something that was agreed at a meeting is done: its owner as long as they take part, and its trainers."""
    own = actor.user_id == owner_id and can_view_meeting(actor, cohort_id)
    return own or can_prepare_meeting(actor, cohort_id)


def can_have_calendar_feed(actor: Actor) -> bool:
    """Have a calendar feed: everybody their own."""
    return actor.user_id is not None

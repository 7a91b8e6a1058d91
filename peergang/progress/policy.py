"""Who may see progress and participation. None of these pages holds a text that somebody wrote."""

from uuid import UUID

from peergang.cohorts.policy import can_train, can_view_cohort
from peergang.core.permissions import Actor


def can_view_participation(actor: Actor) -> bool:
    """See participation across institutions, down to names with figures: the network's organisers and admins."""
    return actor.is_organiser or actor.is_admin


def can_view_cohort_progress(actor: Actor, cohort_id: UUID) -> bool:
    """See how far everybody in a cohort is: its trainers, and organisers and admins."""
    return can_view_cohort(actor, cohort_id)


def can_view_own_institution(actor: Actor, institution_id: UUID) -> bool:
    """See the participation of an institution in sums that name nobody: its contacts."""
    return institution_id in actor.contact_of


def can_operate_progress(actor: Actor) -> bool:
    """Follow the full compile, begin it and stop it: admins, and the platform itself."""
    return actor.is_admin or actor.is_system


def can_view_risk(actor: Actor, cohort_id: UUID, about: UUID | None) -> bool:
    """See one signal: organisers and admins; about a participant (`about` is their user id) also the trainers of the cohort."""
    return actor.is_organiser or actor.is_admin or (about is not None and can_train(actor, cohort_id))


def can_settle_risk(actor: Actor, cohort_id: UUID, about: UUID | None) -> bool:
    """Set a signal aside, or write down what was done about it; nobody about themselves. Who merely keeps the platform
    running does not call anybody.
    """
    if about is None:
        return actor.is_organiser
    return about != actor.user_id and (actor.is_organiser or can_train(actor, cohort_id))


def can_read_notes(actor: Actor, cohort_id: UUID, about: UUID | None) -> bool:
    """Read what was agreed, and why a signal was set aside: organisers; about a participant the trainers of the cohort too.
    Personal matters stand there.
    """
    return can_settle_risk(actor, cohort_id, about)


def can_note_institution(actor: Actor) -> bool:
    """Write down, and read, what was agreed with an institution."""
    return actor.is_organiser


def can_view_own_path(actor: Actor) -> bool:
    """See one's own way through a programme: everybody their own."""
    return actor.user_id is not None


def can_keep_hours(actor: Actor) -> bool:
    """Keep a record of one's own hours: everybody who signed in."""
    return actor.user_id is not None


def can_change_hours(actor: Actor, user_id: UUID) -> bool:
    """Read and change what somebody wrote down about their hours: they themselves, whoever else asks."""
    return actor.user_id == user_id

"""Who may see progress and participation. None of these pages holds a text that somebody wrote."""

from uuid import UUID

from peergang.cohorts.policy import can_view_cohort
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

"""Who may do what with certificates."""

from uuid import UUID

from peergang.cohorts.policy import can_manage_cohort, can_train, can_view_cohort, is_about_self
from peergang.core.permissions import Actor


def can_list_certificates(actor: Actor, cohort_id: UUID) -> bool:
    """See who of a cohort has a certificate and who nearly: its trainers, organisers and admins."""
    return can_view_cohort(actor, cohort_id)


def can_download_certificate(actor: Actor, cohort_id: UUID, user_id: UUID) -> bool:
    """Have the document: whose it is, the trainers of the cohort, organisers."""
    return is_about_self(actor, user_id) or can_train(actor, cohort_id) or can_manage_cohort(actor)


def can_issue_certificate(actor: Actor, cohort_id: UUID, user_id: UUID) -> bool:
    """Give a certificate by hand: trainers of the cohort and organisers, never to oneself."""
    return (actor.is_organiser or can_train(actor, cohort_id)) and not is_about_self(actor, user_id)


def can_change_certificate(actor: Actor, user_id: UUID) -> bool:
    """Withdraw a certificate, take that back, or correct the name on it: organisers, never their own."""
    return actor.is_organiser and not is_about_self(actor, user_id)


def can_share_certificate(actor: Actor, user_id: UUID) -> bool:
    """Choose what others see of a certificate, and whether it becomes a badge: whose it is."""
    return is_about_self(actor, user_id)


def can_take_award_file(actor: Actor) -> bool:
    """Download the file with which an institution gives edubadges: organisers."""
    return actor.is_organiser

"""Everybody in a cohort."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment, PeerGroup, PeerGroupMembership
from peergang.cohorts.rules import EnrolmentRole, EnrolmentState
from peergang.cohorts.rules.groups import Member
from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound
from peergang.identity.models import Affiliation, Institution, User

PLACED = (EnrolmentState.INVITED, EnrolmentState.ACTIVE)
"""Who gets a peer group: also those whose answer we wait for, so that groups are ready at the start."""

IN_GROUP_NOW = (PeerGroupMembership.enrolment_id == Enrolment.id) & PeerGroupMembership.left_at.is_(None)
"""`.outerjoin(PeerGroupMembership, IN_GROUP_NOW)` gives the group an enrolment is in now, and never two rows."""


def list_participants(session: Session, cohort_id: UUID) -> Rows:
    """The participants of a cohort by name, with the institution they count for and their group now.

    Columns: enrolment_id, user_id, given_name, name_particle, family_name, email, state, invited_at, waitlisted_at,
    activated_at, withdrawn_at, institution_id, institution_name, peer_group_id, peer_group_name, has_password.
    """
    return session.execute(
        select(
            Enrolment.id.label("enrolment_id"),
            User.id.label("user_id"),
            User.given_name,
            User.name_particle,
            User.family_name,
            User.email,
            Enrolment.state,
            Enrolment.invited_at,
            Enrolment.waitlisted_at,
            Enrolment.activated_at,
            Enrolment.withdrawn_at,
            Institution.id.label("institution_id"),
            Institution.name.label("institution_name"),
            PeerGroup.id.label("peer_group_id"),
            PeerGroup.name.label("peer_group_name"),
            User.password_hash.is_not(None).label("has_password"),
        )
        .join(User, User.id == Enrolment.user_id)
        .outerjoin(Affiliation, Affiliation.id == Enrolment.affiliation_id)
        .outerjoin(Institution, Institution.id == Affiliation.institution_id)
        .outerjoin(PeerGroupMembership, IN_GROUP_NOW)
        .outerjoin(PeerGroup, PeerGroup.id == PeerGroupMembership.peer_group_id)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.role == EnrolmentRole.PARTICIPANT)
        .order_by(User.sort_key, Enrolment.id)
    ).all()


def get_participant(session: Session, enrolment_id: UUID) -> AnyRow:
    """One participant. Columns: enrolment_id, user_id, given_name, name_particle, family_name, state, cohort_id,
    cohort_name, cohort_state.

    Raises:
        NotFound: when there is no such participant.
    """
    row = session.execute(
        select(
            Enrolment.id.label("enrolment_id"),
            User.id.label("user_id"),
            User.given_name,
            User.name_particle,
            User.family_name,
            Enrolment.state,
            Cohort.id.label("cohort_id"),
            Cohort.name.label("cohort_name"),
            Cohort.state.label("cohort_state"),
        )
        .join(User, User.id == Enrolment.user_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.id == enrolment_id, Enrolment.role == EnrolmentRole.PARTICIPANT)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def list_trainers(session: Session, cohort_id: UUID) -> Rows:
    """The trainers of a cohort by name. Columns: enrolment_id, user_id, given_name, name_particle, family_name, email,
    state.
    """
    return session.execute(
        select(
            Enrolment.id.label("enrolment_id"),
            User.id.label("user_id"),
            User.given_name,
            User.name_particle,
            User.family_name,
            User.email,
            Enrolment.state,
        )
        .join(User, User.id == Enrolment.user_id)
        .where(
            Enrolment.cohort_id == cohort_id,
            Enrolment.role == EnrolmentRole.TRAINER,
            Enrolment.state != EnrolmentState.WITHDRAWN,
        )
        .order_by(User.sort_key, Enrolment.id)
    ).all()


def list_placeable(session: Session, cohort_id: UUID) -> list[tuple[Member, UUID | None]]:
    """Everybody who belongs in a peer group, with the group they are in now."""
    rows = session.execute(
        select(Enrolment.id, Affiliation.institution_id, PeerGroupMembership.peer_group_id)
        .outerjoin(Affiliation, Affiliation.id == Enrolment.affiliation_id)
        .outerjoin(
            PeerGroupMembership,
            (PeerGroupMembership.enrolment_id == Enrolment.id) & PeerGroupMembership.left_at.is_(None),
        )
        .where(
            Enrolment.cohort_id == cohort_id,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Enrolment.state.in_(PLACED),
        )
        .order_by(Enrolment.id)
    )
    return [(Member(enrolment_id, institution), group) for enrolment_id, institution, group in rows]


def list_groups(session: Session, cohort_id: UUID) -> Rows:
    """The groups of a cohort that somebody is in now, in the order of their names. Columns: peer_group_id, name."""
    rows = session.execute(
        select(PeerGroup.id.label("peer_group_id"), PeerGroup.name)
        .where(
            PeerGroup.cohort_id == cohort_id,
            PeerGroup.id.in_(
                select(PeerGroupMembership.peer_group_id).where(
                    PeerGroupMembership.cohort_id == cohort_id, PeerGroupMembership.left_at.is_(None)
                )
            ),
        )
        .order_by(PeerGroup.name)
    ).all()
    return sorted(rows, key=lambda row: (len(row.name), row.name))


def get_group(session: Session, group_id: UUID) -> AnyRow:
    """One peer group. Columns: peer_group_id, cohort_id, name.

    Raises:
        NotFound: when there is no such group.
    """
    row = session.execute(
        select(PeerGroup.id.label("peer_group_id"), PeerGroup.cohort_id, PeerGroup.name).where(
            PeerGroup.id == group_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return row

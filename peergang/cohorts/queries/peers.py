"""Peer groups and who is in them now."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Enrolment, PeerGroup, PeerGroupMembership
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.core.db import AnyRow, Rows
from peergang.identity.models import Affiliation, Institution, User


def list_peers(session: Session, enrolment_id: UUID) -> Rows:
    """The others in the peer group that `enrolment_id` belongs to now, by name; empty without a group.

    Columns: enrolment_id, user_id, given_name, name_particle, family_name, institution_name, peer_group_id,
    joined_at.
    """
    own = aliased(PeerGroupMembership)
    other = aliased(PeerGroupMembership)
    return session.execute(
        select(
            other.enrolment_id,
            User.id.label("user_id"),
            User.given_name,
            User.name_particle,
            User.family_name,
            Institution.name.label("institution_name"),
            other.peer_group_id,
            other.joined_at,
        )
        .select_from(own)
        .join(other, other.peer_group_id == own.peer_group_id)
        .join(Enrolment, Enrolment.id == other.enrolment_id)
        .join(User, User.id == Enrolment.user_id)
        .outerjoin(Affiliation, Affiliation.id == Enrolment.affiliation_id)
        .outerjoin(Institution, Institution.id == Affiliation.institution_id)
        .where(
            own.enrolment_id == enrolment_id,
            own.left_at.is_(None),
            other.left_at.is_(None),
            other.enrolment_id != enrolment_id,
            Enrolment.state.in_(TAKES_PART),
        )
        .order_by(User.sort_key, other.enrolment_id)
    ).all()


def find_peer_group(session: Session, enrolment_id: UUID) -> AnyRow | None:
    """The group that `enrolment_id` belongs to now, as (peer_group_id, name); None without one."""
    return session.execute(
        select(PeerGroup.id.label("peer_group_id"), PeerGroup.name)
        .join(PeerGroupMembership, PeerGroupMembership.peer_group_id == PeerGroup.id)
        .where(PeerGroupMembership.enrolment_id == enrolment_id, PeerGroupMembership.left_at.is_(None))
    ).one_or_none()


def is_in_same_group(session: Session, enrolment_id: UUID, other_id: UUID) -> bool:
    """Whether two enrolments belong to one peer group at this moment."""
    own, other = aliased(PeerGroupMembership), aliased(PeerGroupMembership)
    statement = (
        select(own.id)
        .join(other, other.peer_group_id == own.peer_group_id)
        .where(
            own.enrolment_id == enrolment_id,
            own.left_at.is_(None),
            other.enrolment_id == other_id,
            other.left_at.is_(None),
        )
    )
    return session.execute(statement.limit(1)).first() is not None

"""Peer groups and who is in them now."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Enrolment, PeerGroupMembership
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.core.db import Rows
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

"""What changed in the peer groups of a cohort, and the change that can be taken back."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment, PeerGroup, PeerGroupChange, PeerGroupMembership
from peergang.cohorts.rules.groups import ChangeKind
from peergang.core.db import AnyRow, Rows
from peergang.identity.models import User


def find_last_change(session: Session, cohort_id: UUID) -> AnyRow | None:
    """The last change of the groups that can be taken back. Columns: change_id, kind, made_at, undoes_id."""
    return session.execute(
        select(
            PeerGroupChange.id.label("change_id"),
            PeerGroupChange.kind,
            PeerGroupChange.made_at,
            PeerGroupChange.undoes_id,
        )
        .where(PeerGroupChange.cohort_id == cohort_id, PeerGroupChange.kind != ChangeKind.LEFT)
        .order_by(PeerGroupChange.number.desc())
        .limit(1)
    ).one_or_none()


def list_changed(session: Session, change_id: UUID) -> Rows:
    """Who moved in one change: who left a group or joined one. Columns: enrolment_id, user_id, state, given_name,
    name_particle, family_name, peer_group_id, peer_group_name, pinned, joined (or else left), left_at.
    """
    joined = (PeerGroupMembership.joined_by_id == change_id).label("joined")
    return session.execute(
        select(
            Enrolment.id.label("enrolment_id"),
            Enrolment.state,
            User.id.label("user_id"),
            User.given_name,
            User.name_particle,
            User.family_name,
            PeerGroup.id.label("peer_group_id"),
            PeerGroup.name.label("peer_group_name"),
            PeerGroupMembership.pinned,
            PeerGroupMembership.left_at,
            joined,
        )
        .join(Enrolment, Enrolment.id == PeerGroupMembership.enrolment_id)
        .join(User, User.id == Enrolment.user_id)
        .join(PeerGroup, PeerGroup.id == PeerGroupMembership.peer_group_id)
        .where(
            (PeerGroupMembership.joined_by_id == change_id) | (PeerGroupMembership.left_by_id == change_id)
        )
        .order_by(User.sort_key, Enrolment.id)
    ).all()

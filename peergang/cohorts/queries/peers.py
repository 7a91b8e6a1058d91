"""Peer groups and who is in them now."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, Enrolment, PeerGroupMembership
from peergang.cohorts.queries.people import IN_GROUP_NOW, PLACED
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import EnrolmentRole
from peergang.cohorts.rules.groups import Member
from peergang.cohorts.rules.people import role_family
from peergang.core.db import AnyRow, Rows
from peergang.identity.models import Affiliation, Institution, User

NAMED = (User.id.label("user_id"), User.given_name, User.name_particle, User.family_name)


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
            *NAMED,
            Institution.name.label("institution_name"),
            other.peer_group_id,
            other.joined_at,
        )
        .select_from(own)
        .join(other, (other.peer_group_id == own.peer_group_id) & (other.enrolment_id != own.enrolment_id))
        .join(Enrolment, Enrolment.id == other.enrolment_id)
        .join(User, User.id == Enrolment.user_id)
        .outerjoin(Affiliation, Affiliation.id == Enrolment.affiliation_id)
        .outerjoin(Institution, Institution.id == Affiliation.institution_id)
        .where(
            own.enrolment_id == enrolment_id,
            own.left_at.is_(None),
            other.left_at.is_(None),
            Enrolment.state.in_(TAKES_PART),
        )
        .order_by(User.sort_key, other.enrolment_id)
    ).all()


def list_seats(session: Session, cohort_id: UUID, states: Iterable[str] = PLACED) -> Rows:
    """Everybody who belongs in a peer group of the cohort, by name, with the group they are in now and what they bring;
    `states` are of their enrolments, those with TAKES_PART for a cohort that is over.

    Columns: enrolment_id, user_id, given_name, name_particle, family_name, institution_id, institution_name, job_title,
    peer_group_id (or None), pinned (or None), earlier: how many cohorts they followed that began before this one.
    """
    return session.execute(
        select(
            Enrolment.id.label("enrolment_id"),
            *NAMED,
            Affiliation.institution_id,
            Institution.name.label("institution_name"),
            Affiliation.job_title,
            PeerGroupMembership.peer_group_id,
            PeerGroupMembership.pinned,
            _earlier_cohorts().label("earlier"),
        )
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(User, User.id == Enrolment.user_id)
        .outerjoin(Affiliation, Affiliation.id == Enrolment.affiliation_id)
        .outerjoin(Institution, Institution.id == Affiliation.institution_id)
        .outerjoin(PeerGroupMembership, IN_GROUP_NOW)
        .where(
            Enrolment.cohort_id == cohort_id,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Enrolment.state.in_(list(states)),
        )
        .order_by(User.sort_key, Enrolment.id)
    ).all()


def _earlier_cohorts() -> ScalarSelect[int]:
    other, theirs = aliased(Enrolment), aliased(Cohort)
    return (
        select(func.count())
        .select_from(other)
        .join(theirs, theirs.id == other.cohort_id)
        .where(
            other.user_id == Enrolment.user_id,
            other.role == EnrolmentRole.PARTICIPANT,
            other.state.in_(TAKES_PART),
            theirs.starts_on < Cohort.starts_on,
        )
        .correlate(Enrolment, Cohort)
        .scalar_subquery()
    )


def member_of(seat: AnyRow) -> Member:
    """Somebody from `list_seats` as the rules for dividing see them."""
    family = role_family(seat.job_title or "")
    return Member(seat.enrolment_id, seat.institution_id, family or "", seat.earlier > 0)


class Division:
    """The rows of `list_seats` as groups of members."""

    def __init__(self, seats: Iterable[AnyRow]) -> None:
        self.groups: dict[UUID, list[Member]] = {}
        self.without: list[Member] = []
        rows = sorted(seats, key=lambda seat: seat.enrolment_id)
        for seat in rows:
            if seat.peer_group_id is None:
                self.without.append(member_of(seat))
            else:
                self.groups.setdefault(seat.peer_group_id, []).append(member_of(seat))
        self.pinned = frozenset(seat.enrolment_id for seat in rows if seat.pinned)
        self.group_of = {seat.enrolment_id: seat.peer_group_id for seat in rows}


def read_division(session: Session, cohort_id: UUID) -> Division:
    """How the cohort is divided now."""
    return Division(list_seats(session, cohort_id))

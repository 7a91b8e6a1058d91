"""Where a peer group is in its intervision."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment, IntervisionSession, PeerGroup, PeerGroupMembership
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules.intervision import ABANDONED_AFTER
from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor
from peergang.identity.models import User


def get_group_to_join(session: Session, actor: Actor, group_id: UUID) -> AnyRow:
    """A peer group as its members and trainers see it; the caller asks the policy.

    Columns: peer_group_id, name, cohort_id, cohort_name, is_member.

    Raises:
        NotFound: when there is no such group.
    """
    row = session.execute(_select_groups(actor).where(PeerGroup.id == group_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def get_talk(session: Session, actor: Actor, session_id: UUID) -> AnyRow:
    """An intervision as its group and their trainers see it, in one statement; the caller asks the policy.

    Columns: those of the group, and session_id, method, case_enrolment_id, case_name (given name or None), started_at,
    step, step_started_at, paused_at, ended_at, revision.

    Raises:
        NotFound: when there is none.
    """
    row = session.execute(
        _select_groups(actor)
        .join(IntervisionSession, IntervisionSession.peer_group_id == PeerGroup.id)
        .outerjoin(Enrolment, Enrolment.id == IntervisionSession.case_enrolment_id)
        .outerjoin(User, User.id == Enrolment.user_id)
        .add_columns(
            IntervisionSession.id.label("session_id"),
            IntervisionSession.method,
            IntervisionSession.case_enrolment_id,
            User.given_name.label("case_name"),
            IntervisionSession.started_at,
            IntervisionSession.step,
            IntervisionSession.step_started_at,
            IntervisionSession.paused_at,
            IntervisionSession.ended_at,
            IntervisionSession.revision,
        )
        .where(IntervisionSession.id == session_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def find_running(session: Session, group_id: UUID, now: datetime) -> AnyRow | None:
    """The intervision a group is in the middle of. Columns: session_id, method, step, started_at."""
    return session.execute(
        select(
            IntervisionSession.id.label("session_id"),
            IntervisionSession.method,
            IntervisionSession.step,
            IntervisionSession.started_at,
        ).where(
            IntervisionSession.peer_group_id == group_id,
            IntervisionSession.ended_at.is_(None),
            IntervisionSession.started_at > now - ABANDONED_AFTER,
        )
    ).one_or_none()


def list_present(session: Session, group_id: UUID) -> Rows:
    """Who is in the group and takes part, by name. Columns: enrolment_id, user_id, given_name, name_particle, family_name."""
    return session.execute(
        select(
            Enrolment.id.label("enrolment_id"),
            User.id.label("user_id"),
            User.given_name,
            User.name_particle,
            User.family_name,
        )
        .join(PeerGroupMembership, PeerGroupMembership.enrolment_id == Enrolment.id)
        .join(User, User.id == Enrolment.user_id)
        .where(
            PeerGroupMembership.peer_group_id == group_id,
            PeerGroupMembership.left_at.is_(None),
            Enrolment.state.in_(TAKES_PART),
        )
        .order_by(User.sort_key, Enrolment.id)
    ).all()


def _select_groups(actor: Actor) -> Select[*tuple[Any, ...]]:
    return select(
        PeerGroup.id.label("peer_group_id"),
        PeerGroup.name,
        PeerGroup.cohort_id,
        Cohort.name.label("cohort_name"),
        _is_member(actor).label("is_member"),
    ).join(Cohort, Cohort.id == PeerGroup.cohort_id)


def _is_member(actor: Actor) -> ColumnElement[bool]:
    mine = Enrolment.__table__.alias("mine")
    return (
        exists()
        .where(PeerGroupMembership.peer_group_id == PeerGroup.id, PeerGroupMembership.left_at.is_(None))
        .where(mine.c.id == PeerGroupMembership.enrolment_id, mine.c.user_id == actor.user_id)
        .where(mine.c.state.in_(TAKES_PART))
    )

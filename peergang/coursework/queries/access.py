"""The facts that decide who may do what with a reflection. The policy judges them; nothing else is read for that."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, Select, Uuid, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Enrolment, PeerGroupMembership
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import EnrolmentRole
from peergang.core.db import AnyRow
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor
from peergang.core.prepared import Prepared
from peergang.coursework.models import Reflection, ReflectionVersion
from peergang.identity.models import User


@dataclass(frozen=True, slots=True)
class ReflectionAccess:
    """One reflection as the policy sees it, for one actor.

    `own_enrolment_id` is the actor's own place as a participant in the reflection's cohort, and `shares_group` says
    whether that place and the author's are in one peer group at this moment. `latest` is the number of the latest
    version, 0 when nothing was submitted yet.
    """

    reflection_id: UUID
    activity_id: UUID
    enrolment_id: UUID
    author_id: UUID
    cohort_id: UUID
    state: str
    audience: str | None
    reviewer_id: UUID | None
    latest: int
    takes_part: bool
    own_enrolment_id: UUID | None
    shares_group: bool


Me = UUID | BindParameter[UUID] | None
"""Whose select it is: the id of the actor's person, or the parameter of a select that is made once."""

ME: BindParameter[UUID] = bindparam("user_id", type_=Uuid())


def own_place(me: Me) -> ScalarSelect[UUID]:
    """The actor's enrolment as a participant in the cohort of the `Enrolment` of the surrounding select."""
    own = aliased(Enrolment)
    return (
        select(own.id)
        .where(
            own.cohort_id == Enrolment.cohort_id,
            own.user_id == me,
            own.role == EnrolmentRole.PARTICIPANT,
            own.state.in_(TAKES_PART),
        )
        .correlate(Enrolment)
        .scalar_subquery()
    )


def group_mates(me: Me) -> Select[UUID]:
    """The enrolments that share a peer group with the actor now, their own ones among them."""
    mine, theirs, own = aliased(PeerGroupMembership), aliased(PeerGroupMembership), aliased(Enrolment)
    return (
        select(theirs.enrolment_id)
        .join(mine, mine.peer_group_id == theirs.peer_group_id)
        .join(own, own.id == mine.enrolment_id)
        .where(
            own.user_id == me,
            own.state.in_(TAKES_PART),
            mine.left_at.is_(None),
            theirs.left_at.is_(None),
        )
    )


def latest_number() -> ScalarSelect[int | None]:
    """The number of the latest version of the `Reflection` of the surrounding select."""
    return (
        select(func.max(ReflectionVersion.number))
        .where(ReflectionVersion.reflection_id == Reflection.id)
        .correlate(Reflection)
        .scalar_subquery()
    )


_holder = aliased(Enrolment)
REVIEWER: ScalarSelect[UUID] = (
    select(_holder.user_id)
    .join(User, User.id == _holder.user_id)
    .where(
        _holder.cohort_id == Enrolment.cohort_id,
        _holder.user_id == Reflection.reviewer_id,
        _holder.role == EnrolmentRole.TRAINER,
        _holder.state.in_(TAKES_PART),
        User.deactivated_at.is_(None),
    )
    .correlate(Reflection, Enrolment)
    .scalar_subquery()
)
"""Who has the `Reflection` of the surrounding select in hand: nobody, when they train its cohort no longer."""


def actor_columns(me: Me) -> tuple[ColumnElement[Any], ...]:
    """The last three facts, about the `Enrolment` of the author: takes_part, own_enrolment_id, shares_group."""
    return Enrolment.state.in_(TAKES_PART), own_place(me), Enrolment.id.in_(group_mates(me))


_access = select(
    Reflection.id,
    Reflection.activity_id,
    Reflection.enrolment_id,
    Enrolment.user_id,
    Enrolment.cohort_id,
    Reflection.state,
    Reflection.audience,
    REVIEWER,
    func.coalesce(latest_number(), 0),
    *actor_columns(ME),
).join(Enrolment, Enrolment.id == Reflection.enrolment_id)
_ACCESS = Prepared(_access.where(Reflection.id == bindparam("reflection_id")))
_ACCESS_BY_VERSION = Prepared(
    _access.join(ReflectionVersion, ReflectionVersion.reflection_id == Reflection.id).where(
        ReflectionVersion.id == bindparam("version_id")
    )
)


def _as_access(row: AnyRow | None) -> ReflectionAccess:
    if row is None:
        raise NotFound
    return ReflectionAccess(*row)


def get_access(
    session: Session, actor: Actor, reflection_id: UUID, *, lock: bool = False
) -> ReflectionAccess:
    """The facts about one reflection; with `lock` its row stays ours until the end of the transaction.

    Raises:
        NotFound: when there is no such reflection.
    """
    if lock:
        # First the lock, then the facts: what a waiting transaction reads is then what the other one left behind.
        session.execute(select(Reflection.id).where(Reflection.id == reflection_id).with_for_update())
    return _as_access(_ACCESS.one_or_none(session, reflection_id=reflection_id, user_id=actor.user_id))


def get_access_by_version(session: Session, actor: Actor, version_id: UUID) -> ReflectionAccess:
    """The facts about the reflection that a version belongs to.

    Raises:
        NotFound: when there is no such version.
    """
    return _as_access(_ACCESS_BY_VERSION.one_or_none(session, version_id=version_id, user_id=actor.user_id))

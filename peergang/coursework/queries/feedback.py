"""Feedback between peers: whose work waits for me, what I am writing, and when the activity is done."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import CohortState
from peergang.core.permissions import Actor
from peergang.coursework.models import PeerFeedback, Reflection, ReflectionVersion
from peergang.coursework.queries.access import group_mates, latest_number, own_place
from peergang.coursework.rules import PEER_AUDIENCES, READABLE, Audience, ReflectionState
from peergang.coursework.rules.going import GOING
from peergang.curriculum.models import Activity, Module
from peergang.identity.models import User
from peergang.identity.rules import full_name

SHARED_SHOWN = 30


class PeerReflection(NamedTuple):
    """A reflection of somebody else that the actor may read."""

    reflection_id: UUID
    version_id: UUID
    number: int
    title: str
    submitted_at: datetime
    state: str
    given_name: str
    particle: str
    family_name: str
    module_code: str
    cohort_name: str
    has_draft: bool

    @property
    def author_name(self) -> str:
        """The author's name in running text."""
        return full_name(self.given_name, self.particle, self.family_name)


# In the order of PeerReflection, but for the last.
_COLUMNS = (
    Reflection.id,
    ReflectionVersion.id,
    ReflectionVersion.number,
    ReflectionVersion.title,
    ReflectionVersion.submitted_at,
    Reflection.state,
    User.given_name,
    User.name_particle,
    User.family_name,
    Module.code,
    Cohort.name,
)


def _has_draft(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor wrote feedback on the `ReflectionVersion` of the surrounding select without sending it."""
    mine = aliased(PeerFeedback)
    return (
        select(mine.id)
        .where(
            mine.version_id == ReflectionVersion.id,
            mine.giver_id == own_place(actor.user_id),
            mine.sent_at.is_(None),
        )
        .correlate(ReflectionVersion, Enrolment)
        .exists()
    )


def _select_peers(actor: Actor) -> Select[*tuple[object, ...]]:
    """The latest versions of others, with their authors."""
    return (
        select(*_COLUMNS, _has_draft(actor))
        .join(ReflectionVersion, ReflectionVersion.reflection_id == Reflection.id)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .join(User, User.id == Enrolment.user_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Activity, Activity.id == Reflection.activity_id)
        .join(Module, Module.id == Activity.module_id)
        .where(
            Reflection.state.in_(READABLE),
            Enrolment.user_id != actor.user_id,
            Enrolment.state.in_(TAKES_PART),
            Cohort.state != CohortState.CANCELLED,
            ReflectionVersion.number == latest_number(),
        )
    )


def list_to_give(session: Session, actor: Actor) -> Sequence[PeerReflection]:
    """What the actor's peer group submitted for peers to read and the actor has not reacted to: open work first, then by
    waiting time, longest first.
    """
    given, any_version = aliased(PeerFeedback), aliased(ReflectionVersion)
    reacted = (
        select(given.id)
        .join(any_version, any_version.id == given.version_id)
        .where(
            any_version.reflection_id == Reflection.id,
            given.giver_id == own_place(actor.user_id),
            given.sent_at.is_not(None),
        )
        .correlate(Reflection, Enrolment)
        .exists()
    )
    rows = session.execute(
        _select_peers(actor)
        .where(
            Cohort.state.in_(GOING) & Reflection.audience.in_(PEER_AUDIENCES),
            Enrolment.id.in_(group_mates(actor.user_id)),
            ~reacted,
        )
        .order_by(
            Reflection.state == ReflectionState.APPROVED,
            ReflectionVersion.submitted_at,
            Reflection.id,
        )
    )
    return [PeerReflection._make(row) for row in rows]


def list_shared_with_cohort(session: Session, actor: Actor) -> Sequence[PeerReflection]:
    """The latest thirty reflections that others outside the peer group shared with the whole cohort."""
    rows = session.execute(
        _select_peers(actor)
        .where(
            Reflection.audience == Audience.COHORT,
            Enrolment.cohort_id.in_(actor.follows),
            Enrolment.id.not_in(group_mates(actor.user_id)),
        )
        .order_by(ReflectionVersion.submitted_at.desc(), Reflection.id)
        .limit(SHARED_SHOWN)
    )
    return [PeerReflection._make(row) for row in rows]

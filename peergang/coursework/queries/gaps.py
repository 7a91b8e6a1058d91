"""What is without feedback after the group had its time, for the trainers who see to it (invariant 5)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, Enrolment, PeerGroupMembership
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.core.db import AnyRow
from peergang.core.permissions import Actor
from peergang.coursework.models import FeedbackAssignment, Reflection, ReflectionVersion
from peergang.coursework.queries.phases import Progress, list_without_feedback
from peergang.coursework.rules.allocation import GRACE, TIME_TO_READ
from peergang.coursework.rules.phases import come_first
from peergang.curriculum.models import Activity, Module
from peergang.identity.models import User
from peergang.identity.rules import full_name


@dataclass(frozen=True, slots=True)
class Mate:
    """Somebody in the author's group who can be asked; `asked` when they were, and did not react."""

    enrolment_id: UUID
    name: str
    asked: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """A reflection on which nobody in the group reacted in time."""

    reflection_id: UUID
    title: str
    author_name: str
    cohort_name: str
    module_code: str
    submitted_at: datetime
    mates: list[Mate]


def is_gap(progress: Progress, now: datetime) -> bool:
    """Whether the group had its time and nothing came."""
    peers = progress.peers
    over = peers.gap_at is not None and peers.gap_at <= now
    return over and not peers.sent and come_first(peers, progress.audience)


def list_gaps(session: Session, actor: Actor, now: datetime) -> Sequence[Gap]:
    """What has no feedback in the cohorts the actor trains, three days after the group's term; the longest waiting first."""
    if not actor.trains:
        return []
    before = now - TIME_TO_READ - GRACE
    found = list_without_feedback(session, actor.trains, actor.user_id, before)
    ids = [one.reflection_id for one in found if is_gap(one, now)]
    if not ids:
        return []
    heads, mates = _heads(session, ids), _mates(session, ids)
    return [_gap(heads[one], mates[one]) for one in ids if one in heads]


def _gap(head: AnyRow, mates: list[Mate]) -> Gap:
    name = full_name(head.given_name, head.name_particle, head.family_name)
    return Gap(head.id, head.title, name, head.cohort_name, head.code, head.submitted_at, mates)


def _heads(session: Session, ids: Collection[UUID]) -> dict[UUID, AnyRow]:
    rows = session.execute(
        select(
            Reflection.id,
            ReflectionVersion.title,
            User.given_name,
            User.name_particle,
            User.family_name,
            Cohort.name.label("cohort_name"),
            Module.code,
            Reflection.submitted_at,
        )
        .join(ReflectionVersion, ReflectionVersion.reflection_id == Reflection.id)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .join(User, User.id == Enrolment.user_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Activity, Activity.id == Reflection.activity_id)
        .join(Module, Module.id == Activity.module_id)
        .where(Reflection.id.in_(ids))
        .order_by(ReflectionVersion.number)
    )
    # The last version is the one that stays.
    return {row.id: row for row in rows}


def _mates(session: Session, ids: Collection[UUID]) -> dict[UUID, list[Mate]]:
    mine, theirs = aliased(PeerGroupMembership), aliased(PeerGroupMembership)
    asked = (
        select(FeedbackAssignment.id)
        .where(
            FeedbackAssignment.reflection_id == Reflection.id,
            FeedbackAssignment.giver_id == Enrolment.id,
            FeedbackAssignment.state == "open",
        )
        .correlate(Reflection, Enrolment)
        .exists()
    )
    rows = session.execute(
        select(
            Reflection.id.label("reflection_id"),
            Enrolment.id,
            User.given_name,
            User.name_particle,
            User.family_name,
            asked.label("asked"),
        )
        .join(mine, mine.enrolment_id == Reflection.enrolment_id)
        .join(theirs, theirs.peer_group_id == mine.peer_group_id)
        .join(Enrolment, Enrolment.id == theirs.enrolment_id)
        .join(User, User.id == Enrolment.user_id)
        .where(
            Reflection.id.in_(ids),
            mine.left_at.is_(None),
            theirs.left_at.is_(None),
            theirs.enrolment_id != mine.enrolment_id,
            Enrolment.state.in_(TAKES_PART),
        )
        .order_by(User.sort_key, Enrolment.id)
    )
    found: dict[UUID, list[Mate]] = defaultdict(list)
    for row in rows:
        name = full_name(row.given_name, row.name_particle, row.family_name)
        found[row.reflection_id].append(Mate(row.id, name, row.asked))
    return found

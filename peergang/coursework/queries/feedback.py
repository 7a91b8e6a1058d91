"""Feedback between peers: whose work waits for me, what I am writing, and when the activity is done."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, Enrolment, PeerGroupMembership
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import CohortState
from peergang.core.permissions import Actor
from peergang.coursework.models import PeerFeedback, Reflection, ReflectionVersion
from peergang.coursework.queries.access import group_mates, own_place
from peergang.coursework.rules import PEER_AUDIENCES, READABLE, Audience, ReflectionState
from peergang.curriculum.models import Activity, Module
from peergang.curriculum.rules import ActivityKind
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


def _select_peers(actor: Actor) -> Select[*tuple[object, ...]]:
    """Latest versions with their authors; `has_draft` tells of unsent feedback by the actor on that version."""
    newer = aliased(ReflectionVersion)
    mine = aliased(PeerFeedback)
    draft = (
        select(mine.id)
        .where(
            mine.version_id == ReflectionVersion.id, mine.giver_id == own_place(actor), mine.sent_at.is_(None)
        )
        .correlate(ReflectionVersion, Enrolment)
        .exists()
    )
    return (
        select(
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
            draft,
        )
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
            ~select(newer.id)
            .where(newer.reflection_id == Reflection.id, newer.number > ReflectionVersion.number)
            .correlate(Reflection, ReflectionVersion)
            .exists(),
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
            given.giver_id == own_place(actor),
            given.sent_at.is_not(None),
        )
        .correlate(Reflection, Enrolment)
        .exists()
    )
    rows = session.execute(
        _select_peers(actor)
        .where(Reflection.audience.in_(PEER_AUDIENCES), Enrolment.id.in_(group_mates(actor)), ~reacted)
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
            Enrolment.id.not_in(group_mates(actor)),
        )
        .order_by(ReflectionVersion.submitted_at.desc(), Reflection.id)
        .limit(SHARED_SHOWN)
    )
    return [PeerReflection._make(row) for row in rows]


class FeedbackDraft(NamedTuple):
    """What the actor wrote about a version so far; revision 0 and empty when nothing yet."""

    feedback_id: UUID | None
    answers: dict[str, str]
    revision: int
    saved_at: datetime | None
    sent_at: datetime | None


def find_own_feedback(session: Session, version_id: UUID, giver_id: UUID | None) -> FeedbackDraft:
    """The feedback of `giver_id` (an enrolment) on a version."""
    row = session.execute(
        select(
            PeerFeedback.id,
            PeerFeedback.answers,
            PeerFeedback.revision,
            PeerFeedback.saved_at,
            PeerFeedback.sent_at,
        ).where(PeerFeedback.version_id == version_id, PeerFeedback.giver_id == giver_id)
    ).one_or_none()
    return FeedbackDraft._make(row) if row else FeedbackDraft(None, {}, 0, None, None)


class FeedbackTask(NamedTuple):
    """The activity that asks for feedback on a reflection."""

    activity_id: UUID
    settings: dict[str, Any]

    @property
    def give(self) -> int:
        """How many peers are to be served."""
        return int(self.settings.get("give", 1))


def find_feedback_task(session: Session, reflection_activity_id: UUID) -> FeedbackTask | None:
    """The peer feedback activity about `reflection_activity_id` in the same edition; None when there is none."""
    about = aliased(Activity)
    row = session.execute(
        select(Activity.id, Activity.settings)
        .join(about, about.edition_id == Activity.edition_id)
        .where(
            about.id == reflection_activity_id,
            Activity.kind == ActivityKind.PEER_FEEDBACK,
            Activity.settings["about"].astext == about.slug,
        )
        .order_by(Activity.position)
        .limit(1)
    ).one_or_none()
    return FeedbackTask._make(row) if row else None


def count_served(session: Session, giver_id: UUID, reflection_activity_id: UUID) -> int:
    """How many different peers got feedback from `giver_id` on their reflection about this activity."""
    statement = (
        select(func.count(Reflection.enrolment_id.distinct()))
        .join(ReflectionVersion, ReflectionVersion.reflection_id == Reflection.id)
        .join(PeerFeedback, PeerFeedback.version_id == ReflectionVersion.id)
        .where(
            PeerFeedback.giver_id == giver_id,
            PeerFeedback.sent_at.is_not(None),
            Reflection.activity_id == reflection_activity_id,
        )
    )
    return session.execute(statement).scalar_one()


def count_unserved(session: Session, giver_id: UUID, reflection_activity_id: UUID) -> int:
    """How many in the peer group of `giver_id` submitted for peers to read and still have nothing from them."""
    mine, theirs = aliased(PeerGroupMembership), aliased(PeerGroupMembership)
    served = (
        select(PeerFeedback.id)
        .join(ReflectionVersion, ReflectionVersion.id == PeerFeedback.version_id)
        .where(
            ReflectionVersion.reflection_id == Reflection.id,
            PeerFeedback.giver_id == giver_id,
            PeerFeedback.sent_at.is_not(None),
        )
        .correlate(Reflection)
        .exists()
    )
    statement = (
        select(func.count())
        .select_from(Reflection)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .join(theirs, theirs.enrolment_id == Enrolment.id)
        .join(mine, mine.peer_group_id == theirs.peer_group_id)
        .where(
            mine.enrolment_id == giver_id,
            mine.left_at.is_(None),
            theirs.left_at.is_(None),
            theirs.enrolment_id != giver_id,
            Enrolment.state.in_(TAKES_PART),
            Reflection.activity_id == reflection_activity_id,
            Reflection.audience.in_(PEER_AUDIENCES),
            Reflection.state.in_(READABLE),
            ~served,
        )
    )
    return session.execute(statement).scalar_one()

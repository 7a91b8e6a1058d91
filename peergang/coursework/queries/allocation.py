"""Whom somebody was asked to read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, CohortActivity, Enrolment
from peergang.cohorts.queries.due import personal_due_at
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.core.permissions import Actor
from peergang.core.prepared import Prepared
from peergang.coursework.models import FeedbackAssignment, PeerFeedback, Reflection, ReflectionVersion
from peergang.coursework.queries.access import ME, group_mates, latest_number
from peergang.coursework.rules import PEER_AUDIENCES, READABLE
from peergang.coursework.rules.allocation import TIME_TO_READ
from peergang.coursework.rules.going import GOING
from peergang.curriculum.models import Activity, Module
from peergang.curriculum.rules import ActivityKind
from peergang.identity.models import User
from peergang.identity.rules import full_name

_giver = aliased(Enrolment, name="giver")


class Assigned(NamedTuple):
    """Work of a peer that the actor was asked to read; `version_id` is its latest version.

    `draft_version_id` is the version on which the actor began to write without sending; None when they did not begin.
    `asked_by_trainer` says that it was no allocation but a trainer who asked.
    """

    assignment_id: UUID
    reflection_id: UUID
    version_id: UUID
    number: int
    title: str
    given_name: str
    particle: str
    family_name: str
    module_code: str
    activity_title: str
    activity_title_en: str
    cohort_id: UUID
    cohort_name: str
    since: datetime
    due_at: datetime | None
    draft_version_id: UUID | None
    asked_by_trainer: bool

    @property
    def author_name(self) -> str:
        """The author's name in running text."""
        return full_name(self.given_name, self.particle, self.family_name)

    @property
    def has_draft(self) -> bool:
        """Whether the actor began to write."""
        return self.draft_version_id is not None


def feedback_activity_id(reflection_activity: Any = Activity) -> ScalarSelect[UUID]:
    """The peer feedback activity about the `Activity` of the surrounding select, or NULL."""
    task = aliased(Activity)
    return (
        select(task.id)
        .where(
            task.edition_id == reflection_activity.edition_id,
            task.kind == ActivityKind.PEER_FEEDBACK,
            task.settings["about"].astext == reflection_activity.slug,
        )
        .order_by(task.position)
        .limit(1)
        .correlate(reflection_activity)
        .scalar_subquery()
    )


def _begun() -> ScalarSelect[UUID]:
    version = aliased(ReflectionVersion)
    return (
        select(PeerFeedback.version_id)
        .join(version, version.id == PeerFeedback.version_id)
        .where(
            version.reflection_id == FeedbackAssignment.reflection_id,
            PeerFeedback.giver_id == FeedbackAssignment.giver_id,
            PeerFeedback.sent_at.is_(None),
        )
        .order_by(version.number.desc())
        .limit(1)
        .correlate(FeedbackAssignment)
        .scalar_subquery()
    )


def _is_assigned() -> tuple[ColumnElement[bool], ...]:
    """Whether the `FeedbackAssignment` with its `Reflection` is open for the actor, who can do something about it now."""
    return (
        FeedbackAssignment.state == "open",
        _giver.user_id == ME,
        _giver.state.in_(TAKES_PART),
        Cohort.state.in_(GOING),
        Reflection.state.in_(READABLE),
        Reflection.audience.in_(PEER_AUDIENCES),
        FeedbackAssignment.receiver_id.in_(group_mates(ME)),
    )


def _from_assignments(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        statement.select_from(FeedbackAssignment)
        .join(_giver, _giver.id == FeedbackAssignment.giver_id)
        .join(Reflection, Reflection.id == FeedbackAssignment.reflection_id)
        .join(Enrolment, Enrolment.id == FeedbackAssignment.receiver_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(*_is_assigned())
    )


_TERM = func.greatest(
    personal_due_at(FeedbackAssignment.giver_id, CohortActivity.activity_id),
    FeedbackAssignment.assigned_at + func.make_interval(0, 0, 0, TIME_TO_READ.days),
)

_ASSIGNED = Prepared(
    _from_assignments(
        select(
            FeedbackAssignment.id,
            Reflection.id,
            ReflectionVersion.id,
            ReflectionVersion.number,
            ReflectionVersion.title,
            User.given_name,
            User.name_particle,
            User.family_name,
            Module.code,
            Activity.title,
            Activity.title_en,
            Cohort.id,
            Cohort.name,
            FeedbackAssignment.assigned_at,
            _TERM,
            _begun(),
            FeedbackAssignment.asked_by_id.is_not(None),
        )
    )
    .join(User, User.id == Enrolment.user_id)
    .join(Activity, Activity.id == Reflection.activity_id)
    .join(Module, Module.id == Activity.module_id)
    .join(ReflectionVersion, ReflectionVersion.reflection_id == Reflection.id)
    .outerjoin(
        CohortActivity,
        (CohortActivity.cohort_id == Cohort.id) & (CohortActivity.activity_id == feedback_activity_id()),
    )
    .where(ReflectionVersion.number == latest_number())
    .order_by(_TERM, FeedbackAssignment.assigned_at, FeedbackAssignment.id)
)
_COUNT = Prepared(_from_assignments(select(func.count().label("assigned"))))


def list_assigned(session: Session, actor: Actor) -> Sequence[Assigned]:
    """What the actor was asked to read and has not given feedback on, what is due first first."""
    return _ASSIGNED.each(Assigned, session, user_id=actor.user_id)


def count_assigned(session: Session, actor: Actor) -> int:
    """How many those are."""
    row = _COUNT.one_or_none(session, user_id=actor.user_id)
    return int(row[0]) if row else 0

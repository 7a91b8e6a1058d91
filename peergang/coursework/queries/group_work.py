"""All that is known about the reading in a peer group, for whoever divides it. The caller holds the cohort."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import CohortActivity, Enrolment, PeerGroupMembership
from peergang.cohorts.queries.due import personal_due_at
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.coursework.models import FeedbackAssignment, PeerFeedback, Reflection, ReflectionVersion
from peergang.coursework.queries.allocation import feedback_activity_id
from peergang.coursework.rules import READABLE
from peergang.coursework.rules.phases import TRAINER_ONLY
from peergang.curriculum.models import Activity

_task = aliased(Activity, name="task")


class Handed(NamedTuple):
    """What a member handed in on an activity that asks for feedback. `writing_due_at` is when the cohort is to hand it in."""

    reflection_id: UUID
    enrolment_id: UUID
    activity_id: UUID
    module_id: UUID
    state: str
    audience: str | None
    for_trainer_at: datetime | None
    give: int
    writing_due_at: datetime | None


class Asked(NamedTuple):
    """An assignment that was not released, or that was because it waited too long."""

    id: UUID
    reflection_id: UUID
    receiver_id: UUID
    giver_id: UUID
    activity_id: UUID
    module_id: UUID
    state: str
    by_name: bool
    assigned_at: datetime
    due_at: datetime | None


class Given(NamedTuple):
    """Feedback on work of a member: sent, or begun."""

    reflection_id: UUID
    receiver_id: UUID
    giver_id: UUID
    activity_id: UUID
    sent: bool


def list_members(session: Session, peer_group_id: UUID) -> list[UUID]:
    """Who is in a peer group now and takes part (enrolments)."""
    return list(
        session.scalars(
            select(Enrolment.id)
            .join(PeerGroupMembership, PeerGroupMembership.enrolment_id == Enrolment.id)
            .where(
                PeerGroupMembership.peer_group_id == peer_group_id,
                PeerGroupMembership.left_at.is_(None),
                Enrolment.state.in_(TAKES_PART),
            )
            .order_by(Enrolment.id)
        )
    )


def _give() -> ColumnElement[int]:
    return func.coalesce(_task.settings["give"].as_integer(), 1)


def list_handed(session: Session, members: Sequence[UUID]) -> Sequence[Handed]:
    """What these members handed in, whoever may read it, where the group comes first."""
    writing = aliased(CohortActivity)
    rows = session.execute(
        select(
            Reflection.id,
            Reflection.enrolment_id,
            Reflection.activity_id,
            Activity.module_id,
            Reflection.state,
            Reflection.audience,
            Reflection.for_trainer_at,
            _give(),
            writing.due_at,
        )
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .join(Activity, Activity.id == Reflection.activity_id)
        .join(_task, _task.id == feedback_activity_id())
        .outerjoin(writing, (writing.cohort_id == Enrolment.cohort_id) & (writing.activity_id == Activity.id))
        .where(
            Reflection.enrolment_id.in_(members),
            Reflection.state.in_(READABLE),
            func.coalesce(Activity.settings["order"].astext, "") != TRAINER_ONLY,
        )
        .order_by(Activity.position, Reflection.id)
    )
    return [Handed._make(row) for row in rows]


def list_asked(session: Session, members: Sequence[UUID], *, lapsed: str) -> Sequence[Asked]:
    """What these members were asked to read, and who was asked to read theirs; released ones only for the reason `lapsed`."""
    rows = session.execute(
        select(
            FeedbackAssignment.id,
            FeedbackAssignment.reflection_id,
            FeedbackAssignment.receiver_id,
            FeedbackAssignment.giver_id,
            Reflection.activity_id,
            Activity.module_id,
            FeedbackAssignment.state,
            FeedbackAssignment.asked_by_id.is_not(None),
            FeedbackAssignment.assigned_at,
            personal_due_at(FeedbackAssignment.giver_id, CohortActivity.activity_id),
        )
        .join(Reflection, Reflection.id == FeedbackAssignment.reflection_id)
        .join(Enrolment, Enrolment.id == FeedbackAssignment.receiver_id)
        .join(Activity, Activity.id == Reflection.activity_id)
        .outerjoin(
            CohortActivity,
            (CohortActivity.cohort_id == Enrolment.cohort_id)
            & (CohortActivity.activity_id == feedback_activity_id()),
        )
        .where(
            or_(
                FeedbackAssignment.receiver_id.in_(members),
                FeedbackAssignment.giver_id.in_(members),
            ),
            or_(FeedbackAssignment.state != "released", FeedbackAssignment.reason == lapsed),
        )
        .order_by(FeedbackAssignment.assigned_at, FeedbackAssignment.id)
    )
    return [Asked._make(row) for row in rows]


def list_given(session: Session, members: Sequence[UUID]) -> Sequence[Given]:
    """The feedback on work of these members, sent or begun."""
    rows = session.execute(
        select(
            Reflection.id,
            Reflection.enrolment_id,
            PeerFeedback.giver_id,
            Reflection.activity_id,
            func.bool_or(PeerFeedback.sent_at.is_not(None)),
        )
        .join(ReflectionVersion, ReflectionVersion.id == PeerFeedback.version_id)
        .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
        .where(Reflection.enrolment_id.in_(members))
        .group_by(Reflection.id, Reflection.enrolment_id, PeerFeedback.giver_id, Reflection.activity_id)
    )
    return [Given._make(row) for row in rows]

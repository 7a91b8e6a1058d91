"""Giving feedback: what somebody is writing, what the activity asks, and how far they are with it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from peergang.cohorts.models import (
    ActivityCompletion,
    Cohort,
    CohortActivity,
    Enrolment,
    PeerGroupMembership,
)
from peergang.cohorts.queries.due import is_due_by, personal_due_at
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import CohortState, EnrolmentState
from peergang.coursework.models import PeerFeedback, Reflection, ReflectionVersion
from peergang.coursework.rules import PEER_AUDIENCES, READABLE
from peergang.curriculum.models import Activity
from peergang.curriculum.rules import ActivityKind

_giver = aliased(Enrolment, name="giver")


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


def _is_served(giver_id: UUID | ColumnElement[UUID] | InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Whether `giver_id` sent feedback on the `Reflection` of the surrounding select."""
    return (
        select(PeerFeedback.id)
        .join(ReflectionVersion, ReflectionVersion.id == PeerFeedback.version_id)
        .where(
            ReflectionVersion.reflection_id == Reflection.id,
            PeerFeedback.giver_id == giver_id,
            PeerFeedback.sent_at.is_not(None),
        )
        .correlate(Reflection, _giver)
        .exists()
    )


def _unserved(
    giver_id: UUID | ColumnElement[UUID] | InstrumentedAttribute[UUID],
) -> tuple[ColumnElement[bool], ...]:
    """Whether the `Reflection` with its `Enrolment` is of somebody in the peer group of `giver_id` who submitted for
    peers to read and has nothing from them.
    """
    mine, theirs = aliased(PeerGroupMembership), aliased(PeerGroupMembership)
    group = select(theirs.enrolment_id).join(mine, mine.peer_group_id == theirs.peer_group_id)
    mates = group.where(mine.enrolment_id == giver_id, mine.left_at.is_(None), theirs.left_at.is_(None))
    return (
        Enrolment.id.in_(mates.correlate(_giver)),
        Enrolment.id != giver_id,
        Enrolment.state.in_(TAKES_PART),
        Reflection.audience.in_(PEER_AUDIENCES),
        Reflection.state.in_(READABLE),
        ~_is_served(giver_id),
    )


def count_unserved(session: Session, giver_id: UUID, reflection_activity_id: UUID) -> int:
    """How many in the peer group of `giver_id` submitted for peers to read and still have nothing from them."""
    statement = (
        select(func.count())
        .select_from(Reflection)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .where(Reflection.activity_id == reflection_activity_id, *_unserved(giver_id))
    )
    return session.execute(statement).scalar_one()


def find_due_at(session: Session, enrolment_id: UUID, activity_id: UUID) -> datetime | None:
    """When an activity is due for a participant; None when it is not planned in their cohort."""
    return session.scalar(
        select(personal_due_at())
        .select_from(Enrolment)
        .join(CohortActivity, CohortActivity.cohort_id == Enrolment.cohort_id)
        .where(Enrolment.id == enrolment_id, CohortActivity.activity_id == activity_id)
    )


class ServedGiver(NamedTuple):
    """Somebody who gave feedback and has nobody left to serve; `feedback_id` is the last they sent."""

    giver_id: UUID
    activity_id: UUID
    feedback_id: UUID


def list_served_givers(session: Session, now: datetime) -> Sequence[ServedGiver]:
    """Who did enough of a feedback activity, or all there was to do after its due date, and has no fact of it yet.

    Only in running cohorts, and only who sent something.
    """
    given = _given()
    task, about = aliased(Activity), aliased(Activity)
    rows = session.execute(
        select(_giver.id, task.id, given.c.feedback_id)
        .join(given, given.c.giver_id == _giver.id)
        .join(about, about.id == given.c.activity_id)
        .join(task, (task.edition_id == about.edition_id) & (task.settings["about"].astext == about.slug))
        .join(Cohort, Cohort.id == _giver.cohort_id)
        .join(
            CohortActivity,
            (CohortActivity.cohort_id == Cohort.id) & (CohortActivity.activity_id == task.id),
        )
        .where(
            task.kind == ActivityKind.PEER_FEEDBACK,
            Cohort.state == CohortState.RUNNING,
            _giver.state == EnrolmentState.ACTIVE,
            or_(
                given.c.served >= func.coalesce(task.settings["give"].as_integer(), 1),
                and_(is_due_by(now, _giver.id), ~_anybody_left(given)),
            ),
            ~_is_completed(task.id),
        )
    )
    return [ServedGiver._make(row) for row in rows]


def _anybody_left(given: Subquery) -> ColumnElement[bool]:
    """Whether the giver has somebody to serve for the activity of `given`."""
    return (
        select(Reflection.id)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .where(Reflection.activity_id == given.c.activity_id, *_unserved(_giver.id))
        .correlate(_giver, given)
        .exists()
    )


def _is_completed(activity_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Whether the giver has the fact of this activity."""
    return (
        select(ActivityCompletion.activity_id)
        .where(ActivityCompletion.enrolment_id == _giver.id, ActivityCompletion.activity_id == activity_id)
        .exists()
    )


def _given() -> Subquery:
    """Per giver and activity: how many different peers they served, and the last feedback they sent."""
    return (
        select(
            PeerFeedback.giver_id,
            Reflection.activity_id,
            func.count(Reflection.enrolment_id.distinct()).label("served"),
            func.array_agg(aggregate_order_by(PeerFeedback.id, PeerFeedback.sent_at.desc()))[1].label(
                "feedback_id"
            ),
        )
        .join(ReflectionVersion, ReflectionVersion.id == PeerFeedback.version_id)
        .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
        .where(PeerFeedback.sent_at.is_not(None))
        .group_by(PeerFeedback.giver_id, Reflection.activity_id)
        .subquery("given")
    )

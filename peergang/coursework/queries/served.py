"""Who served everybody they could: their feedback activity is done, whether or not they send anything more."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Select, Subquery, and_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from peergang.cohorts.models import ActivityCompletion, Cohort, CohortActivity, Enrolment
from peergang.cohorts.queries.due import is_due_by
from peergang.cohorts.rules import CohortState, EnrolmentState
from peergang.core.prepared import Prepared
from peergang.coursework.models import PeerFeedback, Reflection, ReflectionVersion
from peergang.coursework.queries.feedback_task import GIVER, unserved
from peergang.curriculum.models import Activity
from peergang.curriculum.rules import ActivityKind

NOW: ColumnElement[datetime] = bindparam("now", type_=DateTime(timezone=True))


class ServedGiver(NamedTuple):
    """Somebody who gave feedback and has nobody left to serve; `feedback_id` is the last they sent."""

    giver_id: UUID
    activity_id: UUID
    feedback_id: UUID


def _select_served() -> Select[UUID, UUID, Any]:
    """In the order in which facts are written: a cohort after the other, and in it a person after the other."""
    given = _given()
    task, about = aliased(Activity), aliased(Activity)
    return (
        select(GIVER.id, task.id, given.c.feedback_id)
        .join(given, given.c.giver_id == GIVER.id)
        .join(about, about.id == given.c.activity_id)
        .join(task, (task.edition_id == about.edition_id) & (task.settings["about"].astext == about.slug))
        .join(Cohort, Cohort.id == GIVER.cohort_id)
        .join(
            CohortActivity,
            (CohortActivity.cohort_id == Cohort.id) & (CohortActivity.activity_id == task.id),
        )
        .where(
            task.kind == ActivityKind.PEER_FEEDBACK,
            Cohort.state == CohortState.RUNNING,
            GIVER.state == EnrolmentState.ACTIVE,
            or_(
                given.c.served >= func.coalesce(task.settings["give"].as_integer(), 1),
                and_(is_due_by(NOW, GIVER.id), ~_anybody_left(given)),
            ),
            ~_is_completed(task.id),
        )
        .order_by(Cohort.id, GIVER.id, task.id)
    )


def _anybody_left(given: Subquery) -> ColumnElement[bool]:
    """Whether the giver has somebody to serve for the activity of `given`."""
    return (
        select(Reflection.id)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .where(Reflection.activity_id == given.c.activity_id, *unserved(GIVER.id))
        .correlate(GIVER, given)
        .exists()
    )


def _is_completed(activity_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Whether the giver has the fact of this activity."""
    return (
        select(ActivityCompletion.activity_id)
        .where(ActivityCompletion.enrolment_id == GIVER.id, ActivityCompletion.activity_id == activity_id)
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


_SERVED = Prepared(_select_served())
_SERVED_THERE = Prepared(_select_served().where(Cohort.id == bindparam("cohort_id")))


def list_served_givers(
    session: Session, now: datetime, cohort_id: UUID | None = None
) -> Sequence[ServedGiver]:
    """Who did enough of a feedback activity, or all there was to do after its due date, and has no fact of it yet.

    Only in running cohorts, or in one of them, and only who sent something.
    """
    if cohort_id is None:
        return _SERVED.each(ServedGiver, session, now=now)
    return _SERVED_THERE.each(ServedGiver, session, now=now, cohort_id=cohort_id)


def list_running_cohorts(session: Session) -> Sequence[UUID]:
    """The cohorts in which facts come about by the passing of time, in the order in which everybody holds them."""
    return session.scalars(
        select(Cohort.id).where(Cohort.state == CohortState.RUNNING).order_by(Cohort.id)
    ).all()

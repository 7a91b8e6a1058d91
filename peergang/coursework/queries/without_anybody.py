"""Who has nobody to give feedback to, long enough after it was due."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import ActivityCompletion, Cohort, CohortActivity, Enrolment
from peergang.cohorts.queries.due import is_due_by
from peergang.cohorts.rules import CohortState, EnrolmentState
from peergang.coursework.models import PeerFeedback, Reflection, ReflectionVersion
from peergang.coursework.queries.feedback_task import GIVER, unserved
from peergang.coursework.rules import READABLE
from peergang.coursework.rules.allocation import GRACE
from peergang.curriculum.models import Activity
from peergang.curriculum.rules import ActivityKind


class WithoutAnybody(NamedTuple):
    """Somebody who handed in and has nobody to read; `reflection_id` is what they handed in."""

    giver_id: UUID
    activity_id: UUID
    reflection_id: UUID


_task, _about, _own = aliased(Activity), aliased(Activity), aliased(Reflection)


def list_without_anybody(
    session: Session, now: datetime, cohort_id: UUID | None = None
) -> Sequence[WithoutAnybody]:
    """Who handed in themselves, gave nothing, and has nobody to read, three days after a feedback activity was due.

    Only in running cohorts, or in one. In those days somebody may still hand in, and the trainer is offered the gap.
    """
    statement = (
        select(GIVER.id, _task.id, _own.id)
        .join(Cohort, Cohort.id == GIVER.cohort_id)
        .join(CohortActivity, CohortActivity.cohort_id == Cohort.id)
        .join(_task, _task.id == CohortActivity.activity_id)
        .join(
            _about,
            (_about.edition_id == _task.edition_id) & (_about.slug == _task.settings["about"].astext),
        )
        .join(_own, (_own.enrolment_id == GIVER.id) & (_own.activity_id == _about.id))
        .where(
            _task.kind == ActivityKind.PEER_FEEDBACK,
            Cohort.state == CohortState.RUNNING,
            GIVER.state == EnrolmentState.ACTIVE,
            _own.state.in_(READABLE),
            is_due_by(now - GRACE, GIVER.id),
            ~_gave(),
            ~_may_read(),
            ~_is_completed(),
            *(() if cohort_id is None else (Cohort.id == cohort_id,)),
        )
        .order_by(Cohort.id, GIVER.id, _task.id)
    )
    return [WithoutAnybody._make(row) for row in session.execute(statement)]


def _gave() -> ColumnElement[bool]:
    return (
        select(PeerFeedback.id)
        .join(ReflectionVersion, ReflectionVersion.id == PeerFeedback.version_id)
        .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
        .where(
            PeerFeedback.giver_id == GIVER.id,
            PeerFeedback.sent_at.is_not(None),
            Reflection.activity_id == _about.id,
        )
        .correlate(GIVER, _about)
        .exists()
    )


def _may_read() -> ColumnElement[bool]:
    return (
        select(Reflection.id)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .where(Reflection.activity_id == _about.id, *unserved(GIVER.id))
        .correlate(GIVER, _about)
        .exists()
    )


def _is_completed() -> ColumnElement[bool]:
    return (
        select(ActivityCompletion.activity_id)
        .where(ActivityCompletion.enrolment_id == GIVER.id, ActivityCompletion.activity_id == _task.id)
        .correlate(GIVER, _task)
        .exists()
    )

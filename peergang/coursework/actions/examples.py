"""An example that was shared completes the activity that asked for it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.rules import EnrolmentRole, EnrolmentState
from peergang.coursework.queries.at_work import share_cohort
from peergang.coursework.rules.going import GOING
from peergang.curriculum.models import Activity
from peergang.practice.models import PracticeExample


def complete_practice_activity(session: Session, example: PracticeExample, now: datetime) -> None:
    """Record the completion of the activity that `example` was written for, when its author follows a cohort with that
    activity. Called by the library in the transaction that publishes, so the one never happens without the other.
    """
    place = _find_place(session, example)
    if place is None or example.activity_id is None:
        return
    example.enrolment_id = place.id
    record_completion(
        session,
        place.id,
        example.activity_id,
        completed_at=now,
        evidence_kind="practice_example",
        evidence_id=example.id,
    )


def hold_cohort_of(session: Session, example: PracticeExample) -> None:
    """Hold the cohort in which publishing `example` completes something, before the example is held. Called by the library."""
    place = _find_place(session, example)
    if place is not None:
        share_cohort(session, place.cohort_id)


def _find_place(session: Session, example: PracticeExample) -> Row[UUID, UUID] | None:
    """Where its author does the activity that it was written for."""
    if example.activity_id is None:
        return None
    return session.execute(
        select(Enrolment.id, Enrolment.cohort_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Activity, Activity.edition_id == Cohort.edition_id)
        .where(
            Activity.id == example.activity_id,
            Enrolment.user_id == example.author_id,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Enrolment.state == EnrolmentState.ACTIVE,
            Cohort.state.in_(GOING),
        )
        .order_by(Enrolment.activated_at.desc())
        .limit(1)
    ).one_or_none()

"""An example that was shared completes the activity that asked for it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.rules import EnrolmentRole, EnrolmentState
from peergang.coursework.rules.going import GOING
from peergang.curriculum.models import Activity
from peergang.practice.models import PracticeExample


def complete_practice_activity(session: Session, example: PracticeExample, now: datetime) -> None:
    """Record the completion of the activity that `example` was written for, when its author follows a cohort with that
    activity. Called by the library in the transaction that publishes, so the one never happens without the other.
    """
    if example.activity_id is None:
        return
    enrolment_id = session.execute(
        select(Enrolment.id)
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
    ).scalar()
    if enrolment_id is None:
        return
    example.enrolment_id = enrolment_id
    record_completion(
        session,
        enrolment_id,
        example.activity_id,
        completed_at=now,
        evidence_kind="practice_example",
        evidence_id=example.id,
    )

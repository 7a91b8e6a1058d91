"""Facts, and what the workers would have made of them."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.models import Attendance, Enrolment, Meeting
from peergang.curriculum.models import Activity, Edition
from peergang.progress.actions.compile import compile_dirty


def list_activities(session: Session, edition: Edition) -> list[Activity]:
    """The activities of an edition in a fixed order."""
    return list(
        session.scalars(select(Activity).where(Activity.edition_id == edition.id).order_by(Activity.slug))
    )


def complete(session: Session, enrolment: Enrolment, *activities: Activity, at: datetime) -> None:
    """Facts one day after another, the last one at `at`."""
    for days, activity in enumerate(reversed(activities)):
        record_completion(
            session,
            enrolment.id,
            activity.id,
            completed_at=at - timedelta(days=days),
            evidence_kind="test",
        )


def attend(session: Session, meeting: Meeting, enrolment: Enrolment, state: str = "present") -> None:
    session.add(
        Attendance(meeting_id=meeting.id, enrolment_id=enrolment.id, state=state, recorded_at=meeting.ends_at)
    )
    session.flush()


def compile_now(session: Session, now: datetime) -> None:
    """What the worker does a moment after a change."""
    session.flush()
    while compile_dirty(session, now=now):
        pass

"""Facts, and what the workers would have made of them."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.models import Attendance, Enrolment, Meeting
from peergang.coursework.models import Reflection, ReflectionVersion
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


def hand_in(
    session: Session,
    enrolment: Enrolment,
    activity: Activity,
    *,
    at: datetime,
    text: str,
    with_peers: bool = False,
) -> Reflection:
    """A submitted reflection whose every word is `text`; it waits for a trainer, or for the peer group first."""
    reflection = Reflection(
        enrolment_id=enrolment.id,
        activity_id=activity.id,
        state="submitted",
        audience="peer_group" if with_peers else "trainer",
        for_trainer_at=None if with_peers else at,
        title=text,
        draft={"bereiken": text},
        draft_saved_at=at,
        state_since=at,
        submitted_at=at,
    )
    session.add(reflection)
    session.flush()
    session.add(
        ReflectionVersion(
            reflection_id=reflection.id, number=1, title=text, answers={"bereiken": text}, submitted_at=at
        )
    )
    session.flush()
    return reflection

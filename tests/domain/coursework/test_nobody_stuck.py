"""Nobody's activities stay open for ever because of others: alone, left, read by the trainer alone, or a gap."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.models import ActivityCompletion, Enrolment, PeerGroupMembership
from peergang.coursework.actions.allocation import reallocate_cohort
from peergang.coursework.actions.by_time import complete_served_givers, complete_without_anybody
from peergang.coursework.actions.handing_on import repair_cohort
from peergang.coursework.models import Reflection, ReflectionVersion
from peergang.coursework.queries.feedback_task import find_due_at
from peergang.coursework.rules.completion import NOBODY_TO_READ
from peergang.curriculum.models import Activity
from tests.factories.coursework import Class, find_activity, give_feedback, make_class, make_submitted, review

LATE = timedelta(days=60)
"""Long after everything was due."""


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    return make_class(session, now)


def fact(session: Session, who: Enrolment, kind: str) -> ActivityCompletion | None:
    edition = select(Activity.id).where(Activity.kind == kind)
    return session.scalars(
        select(ActivityCompletion).where(
            ActivityCompletion.enrolment_id == who.id, ActivityCompletion.activity_id.in_(edition)
        )
    ).first()


def leave_group(session: Session, *people: Enrolment, now: datetime) -> None:
    for one in people:
        session.query(PeerGroupMembership).filter_by(enrolment_id=one.id).one().left_at = now
    session.flush()
    reallocate_cohort(session, people[0].cohort_id, now)


def finish(session: Session, room: Class, version: ReflectionVersion, now: datetime) -> None:
    """The trainer can finish it, so it was in the queue."""
    reflection = session.get_one(Reflection, version.reflection_id, populate_existing=True)
    assert reflection.for_trainer_at is not None
    review(session, room.trainer, version, now)
    assert fact(session, room.author, "reflection") is not None


def test_alone_in_the_group(session: Session, room: Class, now: datetime) -> None:
    leave_group(session, room.peer, room.other_peer, now=now)
    version = make_submitted(session, room.author, now, peers_first=True)
    assert complete_without_anybody(session, now=now) == 0
    assert complete_without_anybody(session, now=now + LATE) == 1
    found = fact(session, room.author, "peer_feedback")
    assert found is not None
    assert (found.evidence_kind, found.evidence_id) == (NOBODY_TO_READ, version.reflection_id)
    assert complete_without_anybody(session, now=now + LATE) == 0
    finish(session, room, version, now)


def test_everybody_left_after_it_was_handed_in(session: Session, room: Class, now: datetime) -> None:
    version = make_submitted(session, room.author, now, peers_first=True)
    room.peer.state = room.other_peer.state = "withdrawn"
    leave_group(session, room.peer, room.other_peer, now=now)
    assert complete_without_anybody(session, now=now + LATE) == 1
    assert repair_cohort(session, room.cohort.id, now=now) == 1
    finish(session, room, version, now)


def test_without_a_group_at_all(session: Session, room: Class, now: datetime) -> None:
    make_submitted(session, room.outside, now, peers_first=True)
    assert complete_without_anybody(session, now=now + LATE) == 1
    assert fact(session, room.outside, "peer_feedback") is not None


def test_mates_whose_work_the_trainer_alone_reads(session: Session, room: Class, now: datetime) -> None:
    version = make_submitted(session, room.author, now, peers_first=True, audience="trainer")
    for mate in (room.peer, room.other_peer):
        make_submitted(session, mate, now, peers_first=True, audience="trainer")
    assert complete_without_anybody(session, now=now + LATE) == 3
    finish(session, room, version, now)


def test_trainer_only_order_needs_no_group(session: Session, room: Class, now: datetime) -> None:
    activity = find_activity(session, room.cohort)
    activity.settings = activity.settings | {"order": "trainer_only"}
    session.flush()
    finish(session, room, make_submitted(session, room.author, now, peers_first=True), now)


def test_a_gap_that_the_trainer_fills_leaves_nobody_behind(
    session: Session, room: Class, now: datetime
) -> None:
    """Nobody gave anything: the trainer finishes it, and who may still give can do so."""
    version = make_submitted(session, room.author, now, peers_first=True)
    other = make_submitted(session, room.peer, now, peers_first=True)
    session.get_one(Reflection, version.reflection_id).for_trainer_at = now
    finish(session, room, version, now)
    assert complete_without_anybody(session, now=now + LATE) == 0, "both have somebody to read"
    give_feedback(session, room.author, other, now + LATE)
    give_feedback(session, room.peer, version, now + LATE)
    assert fact(session, room.author, "peer_feedback") is not None
    assert fact(session, room.peer, "peer_feedback") is not None


def test_who_handed_in_nothing_completes_nothing(session: Session, room: Class, now: datetime) -> None:
    assert complete_without_anybody(session, now=now + LATE) == 0


def test_who_gave_something_is_completed_by_that(session: Session, room: Class, now: datetime) -> None:
    make_submitted(session, room.author, now)
    give_feedback(session, room.author, make_submitted(session, room.peer, now), now)
    assert complete_without_anybody(session, now=now + LATE) == 0
    assert complete_served_givers(session, now=now + LATE) == 1


def test_not_within_three_days_nor_in_a_closed_cohort(session: Session, room: Class, now: datetime) -> None:
    make_submitted(session, room.outside, now)
    task = find_activity(session, room.cohort, "peer_feedback")
    due_at = find_due_at(session, room.outside.id, task.id)
    assert due_at is not None
    assert complete_without_anybody(session, now=due_at + timedelta(days=2, hours=23)) == 0
    room.cohort.state = "closed"
    session.flush()
    assert complete_without_anybody(session, now=now + LATE) == 0
    room.cohort.state = "running"
    session.flush()
    assert complete_without_anybody(session, now=due_at + timedelta(days=3)) == 1

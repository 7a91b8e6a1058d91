"""Topics read and conversations logged become facts, once and for good."""

import threading
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.models import ActivityCompletion, TopicRead
from peergang.conversations.actions import ConversationNotes, remove_conversation
from peergang.conversations.models import Conversation
from peergang.core import db
from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.core.permissions import SYSTEM, Actor
from peergang.coursework.actions.conversation import log_conversation_for_activity
from peergang.coursework.actions.topics import mark_topic_read, unmark_topic_read
from tests.factories.course import Course, make_course

DAY = timedelta(days=1)


@pytest.fixture
def course(session: Session, now: datetime) -> Course:
    return make_course(session, now)


def me(course: Course) -> Actor:
    return Actor(course.user.id, follows=frozenset({course.cohort.id}))


def facts(course: Course) -> list[ActivityCompletion]:
    course.session.expire_all()
    return list(course.session.scalars(select(ActivityCompletion)))


def written(course: Course, **more: object) -> ConversationNotes:
    values: dict[str, object] = {"held_on": course.now.date(), "figure": "teacher"}
    return ConversationNotes(**(values | more))


def test_the_last_topic_completes_the_reading_and_only_then(course: Course) -> None:
    first, second = course.topics()
    assert mark_topic_read(course.session, me(course), first.id, now=course.now) == 1
    assert mark_topic_read(course.session, me(course), first.id, now=course.now) == 1
    assert facts(course) == []
    assert mark_topic_read(course.session, me(course), second.id, now=course.now + DAY) == 0
    (fact,) = facts(course)
    assert fact.activity_id == course.activity("read").id
    assert fact.completed_at == course.now + DAY
    assert fact.evidence_kind == "topics_read"


def test_taking_a_mark_off_never_removes_or_moves_the_fact(course: Course) -> None:
    for topic in course.topics():
        mark_topic_read(course.session, me(course), topic.id, now=course.now)
    topic = course.topics()[1]
    unmark_topic_read(course.session, me(course), topic.id, now=course.now)
    unmark_topic_read(course.session, me(course), topic.id, now=course.now)
    assert course.session.get(TopicRead, (course.me.id, topic.id)) is None
    assert len(facts(course)) == 1
    assert mark_topic_read(course.session, me(course), topic.id, now=course.now + 5 * DAY) == 0
    assert facts(course)[0].completed_at == course.now


def test_the_first_date_of_a_mark_stays(course: Course) -> None:
    topic = course.topics()[0]
    mark_topic_read(course.session, me(course), topic.id, now=course.now)
    mark_topic_read(course.session, me(course), topic.id, now=course.now + DAY)
    assert course.session.get_one(TopicRead, (course.me.id, topic.id)).read_at == course.now


def test_only_an_active_participant_marks(course: Course) -> None:
    topic = course.topics()[0]
    for actor in (
        SYSTEM,
        Actor(uuid4(), is_admin=True),
        Actor(uuid4(), trains=frozenset({course.cohort.id})),
    ):
        with pytest.raises(NotFound):
            mark_topic_read(course.session, actor, topic.id, now=course.now)
    with pytest.raises(NotFound):
        mark_topic_read(course.session, me(course), uuid4(), now=course.now)
    with pytest.raises(NotFound):
        mark_topic_read(course.session, me(course), topic.id, cohort_id=uuid4(), now=course.now)
    course.me.state, course.me.completed_at = "completed", course.now
    course.session.flush()
    with pytest.raises(Forbidden):
        mark_topic_read(course.session, me(course), topic.id, now=course.now)


def test_a_topic_of_a_module_ahead_waits(course: Course) -> None:
    with pytest.raises(Conflict, match="module_not_open"):
        mark_topic_read(course.session, me(course), course.topics(1)[0].id, now=course.now)


@pytest.mark.committed
def test_two_windows_with_the_last_two_topics_complete_the_reading(
    committed: sa.Engine, now: datetime
) -> None:
    with db.transaction(committed) as session:
        course = make_course(session, now)
        topics, actor, enrolment_id = [topic.id for topic in course.topics()], me(course), course.me.id
    both = threading.Barrier(2)

    def mark(topic_id: object) -> None:
        with db.transaction(committed) as session:
            both.wait()
            mark_topic_read(session, actor, topic_id, now=now)

    threads = [threading.Thread(target=mark, args=(one,)) for one in topics]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.reading(committed) as session:
        found = session.scalars(
            select(ActivityCompletion.enrolment_id).where(ActivityCompletion.evidence_kind == "topics_read")
        ).all()
    assert found == [enrolment_id]


def test_a_conversation_for_an_activity_completes_it_with_evidence(course: Course) -> None:
    activity = course.activity("conversation")
    held = written(course, held_on=(course.now - 9 * DAY).date())
    conversation = log_conversation_for_activity(
        course.session, me(course), activity.id, held, now=course.now
    )
    again = log_conversation_for_activity(course.session, me(course), activity.id, held, now=course.now + DAY)
    (fact,) = facts(course)
    assert (fact.activity_id, fact.completed_at) == (activity.id, course.now)
    assert (fact.evidence_kind, fact.evidence_id) == ("conversation", conversation.id)
    for one in (conversation, again):
        assert (one.enrolment_id, one.activity_id) == (course.me.id, activity.id)
        remove_conversation(course.session, me(course), one.id)
    assert len(facts(course)) == 1


def test_a_refused_conversation_leaves_nothing(course: Course) -> None:
    activity = course.activity("conversation")
    tomorrow = written(course, held_on=(course.now + DAY).date())
    with pytest.raises(Invalid) as refused:
        log_conversation_for_activity(course.session, me(course), activity.id, tomorrow, now=course.now)
    assert refused.value.problems == {"held_on": "in_future"}
    with pytest.raises(Conflict, match="module_not_open"):
        log_conversation_for_activity(
            course.session, me(course), course.activity("conversation", 1).id, written(course), now=course.now
        )
    for actor in (SYSTEM, Actor(uuid4(), is_organiser=True), Actor(course.peers[0].id)):
        with pytest.raises(NotFound):
            log_conversation_for_activity(course.session, actor, activity.id, written(course), now=course.now)
    with pytest.raises(NotFound):
        log_conversation_for_activity(
            course.session, me(course), course.activity("reflection").id, written(course), now=course.now
        )
    assert facts(course) == []
    assert course.session.scalars(select(Conversation)).all() == []

"""A cohort that is over, or has not begun, changes no more; what waits for an answer still gets it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.models import CohortActivity, Enrolment
from peergang.conversations.actions import ConversationNotes
from peergang.core.errors import Conflict, NotFound
from peergang.coursework.actions.comments import add_comment
from peergang.coursework.actions.conversation import log_conversation_for_activity
from peergang.coursework.actions.drafts import save_draft
from peergang.coursework.actions.feedback import save_feedback, send_feedback
from peergang.coursework.actions.submission import (
    change_audience,
    reopen_reflection,
    submit_reflection,
    withdraw_reflection,
)
from peergang.coursework.actions.topics import mark_topic_read, unmark_topic_read
from peergang.coursework.models import Reflection
from peergang.coursework.policy import can_read_reflection
from peergang.coursework.queries.access import get_access
from peergang.coursework.queries.conversation import get_conversation_place
from peergang.coursework.queries.feedback import list_to_give
from peergang.coursework.queries.writing import get_writing_place
from peergang.coursework.rules.anchors import Quote
from peergang.coursework.rules.drafts import DraftText
from peergang.coursework.rules.going import why_closed
from peergang.curriculum.models import Edition, Topic
from tests.factories.cohorts import make_cohort
from tests.factories.coursework import (
    ANSWERS,
    Class,
    actor_of,
    find_activity,
    give_feedback,
    make_class,
    make_reflection,
    make_submitted,
    review,
)

DAY = timedelta(days=1)


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    return make_class(session, now)


def set_state(session: Session, room: Class, state: str) -> None:
    room.cohort.state = state
    session.flush()


def test_one_condition(now: datetime) -> None:
    for state, opens_at, reason in (
        ("running", now, ""),
        ("open", now, ""),
        ("running", None, ""),
        ("running", now + DAY, "module_not_open"),
        ("planned", now, "module_not_open"),
        ("closed", now + DAY, "cohort_closed"),
        ("cancelled", now, "cohort_cancelled"),
    ):
        assert why_closed(state, opens_at, now) == reason


def attempts(session: Session, room: Class, now: datetime) -> dict[str, Callable[[], Any]]:
    """Everything a participant can do that changes the cohort, prepared while it still runs."""
    me, peer = actor_of(session, room.author), actor_of(session, room.peer)
    reflection, theirs = (
        make_reflection(session, room.author, now),
        make_submitted(session, room.other_peer, now),
    )
    taken_back = make_submitted(session, room.outside, now)
    outside = actor_of(session, room.outside)
    withdraw_reflection(session, outside, taken_back.reflection_id, now=now)
    words = {"top": "a", "tip": "b"}
    save_feedback(session, peer, theirs.id, words, expected_revision=0, now=now)
    topic = session.scalars(sa.select(Topic).order_by(Topic.position)).first()
    assert topic is not None
    mark_topic_read(session, me, topic.id, now=now)
    talk, notes = (
        find_activity(session, room.cohort, "conversation").id,
        ConversationNotes(held_on=now.date(), figure="teacher"),
    )
    text, activity = DraftText("t", "trainer", ANSWERS), reflection.activity_id
    return {
        "save": lambda: save_draft(session, me, activity, text, expected_revision=1, now=now),
        "submit": lambda: submit_reflection(session, me, reflection.id, expected_revision=1, now=now),
        "reopen": lambda: reopen_reflection(session, outside, taken_back.reflection_id, now=now),
        "feedback": lambda: save_feedback(session, peer, theirs.id, words, expected_revision=1, now=now),
        "send": lambda: send_feedback(session, peer, theirs.id, expected_revision=1, now=now),
        "comment": lambda: add_comment(session, peer, theirs.id, "gezien", Quote(), "x", now=now),
        "read": lambda: mark_topic_read(session, me, topic.id, now=now),
        "unread": lambda: unmark_topic_read(session, me, topic.id, now=now),
        "talk": lambda: log_conversation_for_activity(session, me, talk, notes, now=now),
    }


@pytest.mark.parametrize("state", ["closed", "cancelled", "planned"])
def test_nothing_new_in_a_cohort_that_does_not_go_on(
    session: Session, room: Class, now: datetime, state: str
) -> None:
    tried = attempts(session, room, now)
    set_state(session, room, state)
    for name, attempt in tried.items():
        with pytest.raises((Conflict, NotFound)) as caught:
            attempt()
        hidden = state == "cancelled" and name == "save"
        assert hidden or str(caught.value) in {f"cohort_{state}", "module_not_open"}, name
    assert list_to_give(session, actor_of(session, room.peer)) == []


def test_an_open_cohort_works_in_the_modules_that_opened(
    session: Session, room: Class, now: datetime
) -> None:
    version = make_submitted(session, room.author, now)
    set_state(session, room, "open")
    give_feedback(session, room.peer, version, now)


def test_nothing_is_handed_in_before_its_module_opens(session: Session, room: Class, now: datetime) -> None:
    reflection = make_reflection(session, room.author, now)
    session.execute(sa.update(CohortActivity).values(opens_at=now + DAY))
    me = actor_of(session, room.author)
    with pytest.raises(Conflict, match="module_not_open"):
        submit_reflection(session, me, reflection.id, expected_revision=1, now=now)
    submit_reflection(session, me, reflection.id, expected_revision=1, now=now + DAY)


def test_a_closed_cohort_is_read_taken_back_and_answered(
    session: Session, room: Class, now: datetime
) -> None:
    first, second = make_submitted(session, room.author, now), make_submitted(session, room.other_peer, now)
    set_state(session, room, "closed")
    review(session, room.trainer, first, now)
    me = actor_of(session, room.author)
    assert session.get_one(Reflection, first.reflection_id, populate_existing=True).state == "approved"
    for who in (room.author, room.peer, room.trainer):
        actor = actor_of(session, who)
        assert can_read_reflection(actor, get_access(session, actor, first.reflection_id))
    change_audience(session, me, first.reflection_id, "private", now=now)
    withdraw_reflection(session, actor_of(session, room.other_peer), second.reflection_id, now=now)


def test_two_cohorts_of_one_edition_keep_their_drafts_apart(
    session: Session, room: Class, now: datetime
) -> None:
    edition = session.get_one(Edition, room.cohort.edition_id)
    other = make_cohort(session, now - 2 * DAY, edition=edition)
    again = Enrolment(cohort_id=other.id, user_id=room.author.user_id, role="participant", state="active")
    again.affiliation_id = room.author.affiliation_id
    session.add(again)
    session.flush()
    me, activity = actor_of(session, room.author), find_activity(session, room.cohort)
    for cohort, words in ((room.cohort, "hier"), (other, "daar")):
        text = DraftText(words, "trainer", ANSWERS)
        save_draft(session, me, activity.id, text, expected_revision=0, cohort_id=cohort.id, now=now)
    assert get_writing_place(session, me, activity.id, room.cohort.id).title == "hier"
    assert get_writing_place(session, me, activity.id, other.id).title == "daar"
    assert get_writing_place(session, me, activity.id).title == "hier", "the latest cohort"
    talk = find_activity(session, room.cohort, "conversation").id
    notes = ConversationNotes(held_on=now.date(), figure="teacher")
    log_conversation_for_activity(session, me, talk, notes, cohort_id=other.id, now=now)
    assert get_conversation_place(session, me, talk, other.id).completed_at == now
    assert get_conversation_place(session, me, talk, room.cohort.id).completed_at is None
    with pytest.raises(NotFound):
        get_writing_place(session, me, activity.id, make_cohort(session, now).id)

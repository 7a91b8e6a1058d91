"""What was sent may change until its receiver opens it, and never after; then they say whether it helped, and thank."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.models import ActivityCompletion
from peergang.core import db
from peergang.core.errors import Conflict, Forbidden, Invalid
from peergang.coursework.actions.comments import add_comment, edit_comment, remove_comment
from peergang.coursework.actions.feedback import drop_change, save_feedback, send_feedback
from peergang.coursework.actions.reading import mark_reactions_read
from peergang.coursework.actions.submission import change_audience
from peergang.coursework.actions.thanking import open_thanks, rate_feedback, thank_for_feedback
from peergang.coursework.models import Comment, PeerFeedback
from peergang.coursework.personal_data import export
from peergang.coursework.policy import can_read_reflection
from peergang.coursework.queries.comments import list_comments
from peergang.coursework.queries.feedback_task import find_own_feedback
from peergang.coursework.queries.given_feedback import get_given, list_given
from peergang.coursework.queries.reactions import list_reactions
from peergang.coursework.queries.this_week import list_reactions as list_week
from peergang.coursework.rules.anchors import Quote
from peergang.curriculum.models import Activity
from tests.domain.coursework.test_locking import at_once
from tests.factories.coursework import (
    Class,
    actor_of,
    find_activity,
    give_feedback,
    make_class,
    make_submitted,
)

FIRST = {"top": "Je kijkt precies.", "tip": "Noem het doel."}
BETTER = {"top": "Je kijkt heel precies.", "tip": "Noem het doel eerst."}


class Scene:
    """A version with feedback of the peer that was sent and not opened yet."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session, self.now = session, now
        self.room: Class = make_class(session, now)
        self.task = find_activity(session, self.room.cohort, "peer_feedback")
        self.task.settings = self.task.settings | {"criteria": True}
        session.flush()
        self.version = make_submitted(session, self.room.author, now)
        self.peer, self.author = actor_of(session, self.room.peer), actor_of(session, self.room.author)
        self.feedback = give_feedback(session, self.room.peer, self.version, now)

    def save(self, answers: dict[str, str], criteria: dict[str, Any] | None = None) -> int:
        revision = find_own_feedback(self.session, self.version.id, self.room.peer.id).revision
        return save_feedback(
            self.session,
            self.peer,
            self.version.id,
            answers,
            criteria or {},
            expected_revision=revision,
            now=self.now + timedelta(hours=1),
        )

    def send(self, revision: int) -> PeerFeedback:
        later = self.now + timedelta(hours=1)
        return send_feedback(self.session, self.peer, self.version.id, expected_revision=revision, now=later)

    def open(self) -> None:
        later = self.now + timedelta(hours=2)
        mark_reactions_read(
            self.session, self.author, self.version.reflection_id, self.feedback.id, now=later
        )
        self.session.expire_all()

    def received(self) -> Any:
        [one] = list_reactions(self.session, self.version.reflection_id)
        return one


@pytest.fixture
def scene(session: Session, now: datetime) -> Scene:
    return Scene(session, now)


def test_nobody_but_a_trainer_reads_a_word_before_it_is_opened(scene: Scene) -> None:
    add_comment(scene.session, scene.peer, scene.version.id, "gezien", Quote(), "Bij de tekst", now=scene.now)
    closed = scene.received()
    assert (closed.closed, closed.content, closed.criteria) == (True, {}, {})
    assert "Je kijkt" not in str(export(scene.session, scene.room.author.user_id))
    assert [one.words for one in list_week(scene.session, scene.room.author.id)] == [None]
    assert list_comments(scene.session, scene.version.id, scene.author.user_id) == []
    trainer = scene.room.trainer.user_id
    [seen] = list_reactions(scene.session, scene.version.reflection_id, for_trainer=True)
    assert seen.content == FIRST
    assert [one.body for one in list_comments(scene.session, scene.version.id, trainer)] == ["Bij de tekst"]
    scene.open()
    assert scene.received().content == FIRST
    assert [one.body for one in list_comments(scene.session, scene.version.id, scene.author.user_id)] == [
        "Bij de tekst"
    ]
    assert "Je kijkt" in str(export(scene.session, scene.room.author.user_id))


def test_a_change_is_half_to_nobody(scene: Scene) -> None:
    sent_at = scene.feedback.sent_at
    said = {"rol": {"seen": "partly", "where": "Het slot"}}
    revision = scene.save(BETTER, said)
    stored = find_own_feedback(scene.session, scene.version.id, scene.room.peer.id)
    assert stored.answers == FIRST, "what was sent stands until the change is sent"
    assert (stored.writing.answers, stored.writing.criteria) == (BETTER, said)
    feedback = scene.send(revision)
    scene.session.refresh(feedback)
    assert (feedback.answers, feedback.criteria, feedback.rewrite) == (BETTER, said, None)
    assert (feedback.sent_at, feedback.changed_at) == (sent_at, scene.now + timedelta(hours=1))
    scene.open()
    assert scene.received().content == BETTER


def test_an_unfinished_change_is_not_sent_and_can_be_dropped(scene: Scene) -> None:
    revision = scene.save({"top": "", "tip": "Alleen dit"}, {"rol": {"where": "Hier"}})
    with pytest.raises(Invalid) as caught:
        scene.send(revision)
    assert caught.value.problems == {"answer-top": "empty", "criterion-rol": "seen_missing"}
    drop_change(scene.session, scene.peer, scene.version.id, now=scene.now)
    stored = find_own_feedback(scene.session, scene.version.id, scene.room.peer.id)
    assert (stored.answers, stored.rewrite, stored.revision) == (FIRST, None, revision + 1)
    assert scene.send(stored.revision).changed_at is None, "nothing changed"


def test_the_first_sending_completes_and_a_change_does_not_again(session: Session, now: datetime) -> None:
    scene = Scene(session, now)
    other = make_submitted(session, scene.room.other_peer, now)
    give_feedback(session, scene.room.peer, other, now)
    fact = session.get_one(ActivityCompletion, (scene.room.peer.id, scene.task.id))
    before = (fact.completed_at, fact.evidence_id)
    scene.send(scene.save(BETTER))
    session.refresh(fact)
    assert (fact.completed_at, fact.evidence_id) == before


def test_what_was_read_stays(scene: Scene) -> None:
    comment = add_comment(
        scene.session, scene.peer, scene.version.id, "gezien", Quote(), "Eerst zo", now=scene.now
    )
    edit_comment(scene.session, scene.peer, comment.id, "Toch zo")
    revision = scene.save(BETTER)
    scene.open()
    for attempt in (
        lambda: scene.save(BETTER),
        lambda: scene.send(revision),
    ):
        with pytest.raises(Conflict, match="feedback_read"):
            attempt()
    for change in (
        lambda: edit_comment(scene.session, scene.peer, comment.id, "Anders"),
        lambda: remove_comment(scene.session, scene.peer, comment.id),
    ):
        with pytest.raises(Conflict, match="comment_sent"):
            change()
    with pytest.raises(Conflict, match="comment_too_late"):
        add_comment(scene.session, scene.peer, scene.version.id, "gezien", Quote(), "Nog een", now=scene.now)
    assert scene.received().content == FIRST
    stored = find_own_feedback(scene.session, scene.version.id, scene.room.peer.id)
    assert stored.writing.answers == BETTER, "what came too late is the giver's still"
    drop_change(scene.session, scene.peer, scene.version.id, now=scene.now)


def test_a_comment_after_sending_goes_along_even_when_clocks_differ(scene: Scene) -> None:
    ahead = scene.now + timedelta(hours=3)
    comment = add_comment(scene.session, scene.peer, scene.version.id, "gezien", Quote(), "Laat", now=ahead)
    scene.open()
    assert [
        one.comment_id for one in list_comments(scene.session, scene.version.id, scene.author.user_id)
    ] == [comment.id]


def test_who_may_not_give_any_more_may_not_change_either(scene: Scene) -> None:
    change_audience(scene.session, scene.author, scene.version.reflection_id, "trainer", now=scene.now)
    with pytest.raises(Forbidden):
        scene.save(BETTER)


def test_questions_of_the_past_stay_answered(scene: Scene) -> None:
    task = scene.session.get_one(Activity, scene.task.id)
    task.settings = task.settings | {"questions": [{"slug": "nieuw", "question": "Nieuw?"}], "criteria": None}
    scene.session.flush()
    scene.send(scene.save(BETTER, {"rol": {"seen": "clearly"}}))
    scene.open()
    read = scene.received()
    assert [one["slug"] for one in read.questions] == ["top", "tip"]
    assert read.content == BETTER
    assert [one["slug"] for one in read.asked_criteria] == ["situatie", "rol"]


def test_rating_and_thanks_are_between_two_people(scene: Scene) -> None:
    session, now = scene.session, scene.now + timedelta(days=1)
    with pytest.raises(Conflict, match="feedback_unread"):
        rate_feedback(session, scene.author, scene.feedback.id, "helped", "", now=now)
    with pytest.raises(Conflict, match="feedback_unread"):
        thank_for_feedback(session, scene.author, scene.feedback.id, "Dank", now=now)
    scene.open()
    for choice in ("not_really", "helped"):
        rate_feedback(session, scene.author, scene.feedback.id, choice, " Om de tip. ", now=now)
    with pytest.raises(Invalid):
        rate_feedback(session, scene.author, scene.feedback.id, "5", "x" * 2001, now=now)
    thank_for_feedback(session, scene.author, scene.feedback.id, "Dank je", now=now)
    thank_for_feedback(session, scene.author, scene.feedback.id, "Dank je wel", now=now + timedelta(hours=1))
    session.expire_all()
    [given] = list_given(session, scene.peer)
    assert (given.helpfulness, given.helpfulness_note) == ("helped", "Om de tip.")
    assert (given.thanks, given.thanked_at, given.new_thanks) == ("", now, True)
    assert "Dank je" not in str(export(session, scene.room.peer.user_id)), "not opened yet"
    open_thanks(session, scene.peer, scene.feedback.id, now=now)
    assert get_given(session, scene.peer, scene.feedback.id).thanks == "Dank je wel"
    with pytest.raises(Conflict, match="thanks_read"):
        thank_for_feedback(session, scene.author, scene.feedback.id, "Anders", now=now)
    [shown] = list_reactions(session, scene.version.reflection_id, for_trainer=True)
    assert (shown.helpfulness, shown.helpfulness_note, shown.thanks) == (None, "", "")
    for who in ("peer", "other_peer", "trainer", "outside"):
        actor = actor_of(session, getattr(scene.room, who))
        with pytest.raises(Forbidden):
            rate_feedback(session, actor, scene.feedback.id, "helped", "", now=now)
        with pytest.raises(Forbidden):
            thank_for_feedback(session, actor, scene.feedback.id, "x", now=now)
        if who != "peer":
            with pytest.raises(Forbidden):
                open_thanks(session, actor, scene.feedback.id, now=now)


def test_my_own_words_stay_when_the_text_is_no_longer_shared(scene: Scene) -> None:
    change_audience(scene.session, scene.author, scene.version.reflection_id, "trainer", now=scene.now)
    given = get_given(scene.session, scene.peer, scene.feedback.id)
    assert given.answers == FIRST
    assert not can_read_reflection(scene.peer, given.access)
    assert list_given(scene.session, actor_of(scene.session, scene.room.other_peer)) == []


@pytest.mark.committed
@pytest.mark.parametrize("times", range(4))
def test_opening_and_sending_a_change_at_once(committed: sa.Engine, now: datetime, times: int) -> None:
    with db.transaction(committed) as session:
        scene = Scene(session, now)
        revision = scene.save(BETTER)
    reflection, version = scene.version.reflection_id, scene.version.id

    def send(session: Session) -> None:
        send_feedback(session, scene.peer, version, expected_revision=revision, now=now)

    def read(session: Session) -> None:
        mark_reactions_read(session, scene.author, reflection, now=now)

    results = at_once(committed, *([send, read] if times % 2 else [read, send]))
    with db.reading(committed) as session:
        [seen] = list_reactions(session, reflection)
    assert (results, seen.content) in [(["done", "done"], BETTER), (["done", "feedback_read"], FIRST)]


@pytest.mark.committed
@pytest.mark.parametrize("change", ["save", "comment", "edit"])
def test_opening_while_the_giver_saves(committed: sa.Engine, now: datetime, change: str) -> None:
    with db.transaction(committed) as session:
        scene = Scene(session, now)
        version = scene.version.id
        comment = add_comment(session, scene.peer, version, "gezien", Quote(), "Eerst zo", now=now)
    stored = {
        "save": lambda session: save_feedback(
            session, scene.peer, version, BETTER, expected_revision=1, now=now
        ),
        "comment": lambda session: add_comment(
            session, scene.peer, version, "gezien", Quote(), "Nog een", now=now + timedelta(seconds=1)
        ),
        "edit": lambda session: edit_comment(session, scene.peer, comment.id, "Toch zo"),
    }
    give: Callable[[Session], Any] = stored[change]
    reasons = {"save": "feedback_read", "comment": "comment_too_late", "edit": "comment_sent"}
    results = at_once(
        committed,
        give,
        lambda session: mark_reactions_read(session, scene.author, scene.version.reflection_id, now=now),
    )
    assert results in (["done", "done"], sorted(["done", reasons[change]]))
    changed = results == ["done", "done"]
    with db.reading(committed) as session:
        [seen] = list_reactions(session, scene.version.reflection_id)
        assert seen.content == FIRST
        shown = [one.body for one in list_comments(session, version, scene.author.user_id)]
        kept = session.query(PeerFeedback).one().rewrite
        assert session.query(Comment).count() == len(shown), "what is written is what is read"
    if change == "save":
        assert (kept is not None) == changed
    else:
        expected = {"comment": ["Eerst zo", "Nog een"], "edit": ["Toch zo"]}[change]
        assert shown == (expected if changed else ["Eerst zo"])

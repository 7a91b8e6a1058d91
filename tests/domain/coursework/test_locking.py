"""Two people at once, each with a connection of their own and real commits."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Barrier, BrokenBarrierError, Event
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.actions import memberships
from peergang.cohorts.actions.editions import upgrade_edition, when_upgraded
from peergang.cohorts.actions.leaving import withdraw_enrolment
from peergang.cohorts.models import ActivityCompletion, CohortModule
from peergang.core import db
from peergang.core.errors import Conflict, Forbidden
from peergang.coursework.actions import topics
from peergang.coursework.actions.allocation import reallocate_cohort
from peergang.coursework.actions.claiming import claim_review
from peergang.coursework.actions.drafts import save_draft
from peergang.coursework.actions.editions import follow_edition
from peergang.coursework.actions.examples import complete_practice_activity, hold_cohort_of
from peergang.coursework.actions.feedback import save_feedback, send_feedback
from peergang.coursework.actions.reviewing import ReviewText, save_review, send_review
from peergang.coursework.actions.submission import submit_reflection, withdraw_reflection
from peergang.coursework.models import FeedbackAssignment, PeerFeedback, Reflection, ReflectionVersion, Review
from peergang.coursework.rules.drafts import DraftText
from peergang.curriculum.models import Activity, Edition, Topic
from peergang.identity.models import User
from peergang.practice.actions import writing
from peergang.practice.actions.writing import before_publishing, when_published
from peergang.practice.models import PracticeExample
from tests.factories.cohorts import make_cohort, make_participant, make_peer_group
from tests.factories.coursework import (
    ANSWERS,
    actor_of,
    find_activity,
    give_feedback,
    make_class,
    make_reflection,
    make_submitted,
)
from tests.factories.curriculum import make_next_edition
from tests.factories.identity import make_organiser
from tests.factories.practice import make_example

pytestmark = pytest.mark.committed


def at_once(engine: sa.Engine, *actions: Callable[[Session], Any]) -> list[str]:
    """Carry the actions out at the same moment; what became of each: "done" or the reason of its refusal."""
    barrier = Barrier(len(actions))

    def run(action: Callable[[Session], Any]) -> str:
        try:
            with db.transaction(engine) as session:
                barrier.wait(10)
                action(session)
        except Conflict as error:
            return error.reason
        except Forbidden:
            return "forbidden"
        return "done"

    with ThreadPoolExecutor(len(actions)) as pool:
        return sorted(pool.map(run, actions))


def test_of_two_first_saves_one_wins(committed: sa.Engine, now: datetime) -> None:
    with db.transaction(committed) as session:
        room = make_class(session, now)
        actor, activity = actor_of(session, room.author), find_activity(session, room.cohort).id

    def save(words: str) -> Callable[[Session], Any]:
        return lambda session: save_draft(
            session, actor, activity, DraftText(words), expected_revision=0, now=now
        )

    assert at_once(committed, save("een"), save("twee"), save("drie")) == [
        "done",
        "draft_moved_on",
        "draft_moved_on",
    ]
    with db.reading(committed) as session:
        assert session.query(Reflection).one().draft_revision == 1


def test_of_two_submits_one_wins(committed: sa.Engine, now: datetime) -> None:
    with db.transaction(committed) as session:
        room = make_class(session, now)
        actor, reflection = actor_of(session, room.author), make_reflection(session, room.author, now)

    def submit(session: Session) -> Any:
        return submit_reflection(session, actor, reflection.id, expected_revision=1, now=now)

    assert at_once(committed, submit, submit) == ["done", "draft_moved_on"]
    with db.reading(committed) as session:
        assert session.query(ReflectionVersion).one().number == 1


def test_of_two_trainers_one_gets_it(committed: sa.Engine, now: datetime) -> None:
    with db.transaction(committed) as session:
        room = make_class(session, now)
        version = make_submitted(session, room.author, now)
        first, second = actor_of(session, room.trainer), actor_of(session, room.colleague)

    def decide(actor: Any) -> Callable[[Session], Any]:
        def run(session: Session) -> None:
            text = ReviewText("approve")
            revision = save_review(
                session, actor, version.reflection_id, version.id, text, expected_revision=0, now=now
            )
            send_review(session, actor, version.reflection_id, expected_revision=revision, now=now)

        return run

    results = at_once(committed, decide(first), decide(second))
    assert results == ["done", "reflection_state"]
    with db.reading(committed) as session:
        assert session.query(Review).filter(Review.sent_at.is_not(None)).count() == 1


def test_claiming_and_withdrawing_at_once_leaves_one_of_both(committed: sa.Engine, now: datetime) -> None:
    with db.transaction(committed) as session:
        room = make_class(session, now)
        version = make_submitted(session, room.author, now)
        author, trainer = actor_of(session, room.author), actor_of(session, room.trainer)
    results = at_once(
        committed,
        lambda session: withdraw_reflection(session, author, version.reflection_id, now=now),
        lambda session: claim_review(session, trainer, version.reflection_id, now=now),
    )
    with db.reading(committed) as session:
        state = session.get_one(Reflection, version.reflection_id).state
    assert (results, state) in [
        (["done", "forbidden"], "withdrawn"),
        (["done", "reflection_state"], "in_review"),
    ]


def test_feedback_is_sent_once(committed: sa.Engine, now: datetime) -> None:
    with db.transaction(committed) as session:
        room = make_class(session, now)
        version = make_submitted(session, room.author, now, answers=ANSWERS)
        peer = actor_of(session, room.peer)
        save_feedback(session, peer, version.id, {"top": "a", "tip": "b"}, expected_revision=0, now=now)

    def send(session: Session) -> Any:
        return send_feedback(session, peer, version.id, expected_revision=1, now=now)

    assert at_once(committed, send, send) == ["done", "done"], "pressing twice is no mistake"
    with db.reading(committed) as session:
        feedback = session.query(PeerFeedback).one()
        assert (feedback.sent_at, feedback.changed_at) == (now, None)


def test_two_tabs_that_send_the_last_two_complete_the_activity(committed: sa.Engine, now: datetime) -> None:
    with db.transaction(committed) as session:
        room = make_class(session, now)
        giver, giver_id = actor_of(session, room.peer), room.peer.id
        task = find_activity(session, room.cohort, "peer_feedback").id
        versions = [make_submitted(session, one, now).id for one in (room.author, room.other_peer)]
        for version in versions:
            save_feedback(session, giver, version, {"top": "a", "tip": "b"}, expected_revision=0, now=now)
    barrier = Barrier(2)

    def send(version: Any) -> None:
        with db.transaction(committed) as session:
            send_feedback(session, giver, version, expected_revision=1, now=now)
            # Both sent before either commits, unless one waits for the other as it should.
            with suppress(BrokenBarrierError):
                barrier.wait(1)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(send, versions))
    with db.reading(committed) as session:
        assert session.get(ActivityCompletion, (giver_id, task)) is not None


def test_two_who_hand_in_at_once_are_asked_to_read_each_other(committed: sa.Engine, now: datetime) -> None:
    with db.transaction(committed) as session:
        cohort = make_cohort(session, now)
        people = [make_participant(session, cohort) for _ in range(4)]
        make_peer_group(session, cohort, *people, since=now)
        drafts = [make_reflection(session, one, now) for one in people]
        work = [(actor_of(session, one), draft.id) for one, draft in zip(people, drafts, strict=True)]

    def hand_in(place: int) -> Callable[[Session], Any]:
        actor, key = work[place]
        return lambda session: submit_reflection(session, actor, key, expected_revision=1, now=now)

    assert at_once(committed, *(hand_in(place) for place in range(4))) == ["done"] * 4
    with db.transaction(committed) as session:
        standing = session.scalars(
            sa.select(FeedbackAssignment).where(FeedbackAssignment.state == "open")
        ).all()
        assert all(one.giver_id != one.receiver_id for one in standing)
        for column in ("giver_id", "receiver_id"):
            assert sorted(Counter(getattr(one, column) for one in standing).values()) == [2, 2, 2, 2]


def test_leaving_while_others_hand_in_and_give_feedback(
    committed: sa.Engine, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memberships, "_when_groups_changed", [reallocate_cohort])
    with db.transaction(committed) as session:
        cohort = make_cohort(session, now)
        people = [make_participant(session, cohort) for _ in range(5)]
        make_peer_group(session, cohort, *people, since=now)
        versions = [make_submitted(session, one, now, peers_first=True) for one in people[:3]]
        drafts = [make_reflection(session, one, now) for one in people[3:]]
        actors = [actor_of(session, one) for one in people]
        # The next feedback of this one completes their activity, for which the cohort is held as well.
        give_feedback(session, people[2], versions[0], now)
        keys, leaver, readable = [one.id for one in drafts], people[0].id, versions[1].id
        save_feedback(
            session, actors[2], readable, {"top": "Mooi.", "tip": "Korter."}, expected_revision=0, now=now
        )

    outcome = at_once(
        committed,
        lambda session: withdraw_enrolment(session, actors[0], leaver, now=now + timedelta(hours=1)),
        lambda session: submit_reflection(session, actors[3], keys[0], expected_revision=1, now=now),
        lambda session: submit_reflection(session, actors[4], keys[1], expected_revision=1, now=now),
        lambda session: send_feedback(session, actors[2], readable, expected_revision=1, now=now),
    )
    assert outcome == ["done"] * 4
    with db.transaction(committed) as session:
        standing = session.scalars(
            sa.select(FeedbackAssignment).where(FeedbackAssignment.state != "released")
        ).all()
        assert leaver not in {one.giver_id for one in standing if one.state == "open"}
        got = Counter(one.receiver_id for one in standing if one.receiver_id != leaver)
        assert sorted(got.values()) == [2, 2, 2, 2]


def test_reading_waits_for_who_changes_the_cohort_and_never_the_other_way_round(
    committed: sa.Engine, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever leaves takes the cohort and then their place, so who reads the last topic does so too."""
    with db.transaction(committed) as session:
        room = make_class(session, now)
        reader, organiser = actor_of(session, room.author), actor_of(session, make_organiser(session))
        place = room.author.id
        topic = session.scalars(
            sa.select(Topic.id)
            .join(CohortModule, CohortModule.module_id == Topic.module_id)
            .where(CohortModule.cohort_id == room.cohort.id)
        ).first()
    assert topic is not None
    held, leaving, real = Event(), Event(), topics.lock_reading_place

    def slowly(*arguments: Any) -> Any:
        found = real(*arguments)
        held.set()
        leaving.wait(1)
        return found

    monkeypatch.setattr(topics, "lock_reading_place", slowly)
    monkeypatch.setattr(topics, "count_unread_topics", lambda *_: 0)

    def leave(session: Session) -> None:
        assert held.wait(10)
        withdraw_enrolment(session, organiser, place, now=now)

    outcome = at_once(
        committed, lambda session: topics.mark_topic_read(session, reader, topic, now=now), leave
    )
    assert outcome == ["done", "done"]


def test_publishing_waits_for_who_changes_the_cohort_and_never_the_other_way_round(
    committed: sa.Engine, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A newer edition takes the cohort and then the examples, so who publishes one does so too."""
    when_published(complete_practice_activity)
    before_publishing(hold_cohort_of)
    when_upgraded(follow_edition)
    with db.transaction(committed) as session:
        room = make_class(session, now)
        author, organiser = actor_of(session, room.author), actor_of(session, make_organiser(session))
        task = find_activity(session, room.cohort, "practice_example")
        writer = session.get_one(User, room.author.user_id)
        example_id = make_example(session, writer, now, state="draft", activity_id=task.id).id
        session.execute(sa.update(PracticeExample).values(enrolment_id=room.author.id))
        old = session.get_one(Edition, room.cohort.edition_id)
        cohort_id, old_id, new_id = room.cohort.id, old.id, make_next_edition(session, old).id
    held, real = Event(), writing.get_own_example

    def slowly(*arguments: Any, **more: Any) -> Any:
        found = real(*arguments, **more)
        if more.get("lock"):
            held.set()
            # As long as it takes the other one to wait for us, or a second when it cannot.
            Event().wait(1)
        return found

    monkeypatch.setattr(writing, "get_own_example", slowly)

    def upgrade(session: Session) -> None:
        assert held.wait(10)
        upgrade_edition(session, organiser, cohort_id, from_edition_id=old_id, to_edition_id=new_id, now=now)

    outcome = at_once(
        committed,
        lambda session: writing.publish_example(session, author, example_id, no_student_data=True, now=now),
        upgrade,
    )
    assert outcome == ["done", "done"]
    with db.reading(committed) as session:
        activity_id = session.scalar(sa.select(PracticeExample.activity_id))
        facts = session.scalars(sa.select(ActivityCompletion.activity_id)).all()
        assert activity_id in facts, "the fact went along"
        assert session.get_one(Activity, activity_id).edition_id == new_id

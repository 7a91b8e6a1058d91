"""Ten seconds in which a review can be taken back; afterwards it goes out once, whatever happens to workers and people."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peergang.cohorts.models import ActivityCompletion
from peergang.core import db
from peergang.core.errors import Conflict, Forbidden
from peergang.core.permissions import Actor
from peergang.coursework.actions.claiming import claim_review, release_review
from peergang.coursework.actions.comments import add_comment, edit_comment
from peergang.coursework.actions.departures import release_reviews_of
from peergang.coursework.actions.handing_over import hand_over_review
from peergang.coursework.actions.holding import (
    HOLD,
    LONGER,
    hold_longer,
    hold_review,
    send_held_of,
    send_held_reviews,
    undo_review,
)
from peergang.coursework.actions.queue_care import release_leases
from peergang.coursework.actions.reviewing import ReviewText, save_review
from peergang.coursework.actions.submission import withdraw_reflection
from peergang.coursework.models import Comment, Reflection, ReflectionVersion, Review
from peergang.coursework.queries.reactions import list_reactions
from peergang.coursework.queries.review_queue import list_review_queue
from peergang.coursework.rules.anchors import Quote
from tests.factories.coursework import Class, actor_of, make_class, make_submitted

AFTER = HOLD + timedelta(seconds=1)


def hold(
    session: Session, actor: Actor, version: ReflectionVersion, now: datetime, decision: str = "approve"
) -> Review:
    text = ReviewText(decision, {"situatie": "yes"}, "Sterk geschreven.")
    revision = save_review(
        session, actor, version.reflection_id, version.id, text, expected_revision=0, now=now
    )
    return hold_review(session, actor, version.reflection_id, expected_revision=revision, now=now)


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    return make_class(session, now)


@pytest.mark.parametrize(
    ("decision", "state"), [("approve", "approved"), ("return", "returned"), ("talk_first", "in_review")]
)
def test_nobody_sees_it_until_it_goes_out(
    session: Session, room: Class, now: datetime, decision: str, state: str
) -> None:
    version, trainer = make_submitted(session, room.author, now), actor_of(session, room.trainer)
    review = hold(session, trainer, version, now, decision)
    reflection = session.get_one(Reflection, version.reflection_id)
    assert (reflection.state, reflection.reviewer_id) == ("in_review", trainer.user_id)
    assert not list_reactions(session, reflection.id)
    assert not list_review_queue(session, trainer), "it is not opened as the next one"
    assert not list_review_queue(session, actor_of(session, room.colleague))
    assert send_held_reviews(session, now + HOLD - timedelta(seconds=1)) == 0
    assert send_held_reviews(session, now + AFTER) == 1
    assert reflection.state == state
    assert (review.sent_at, review.held_until) == (now + AFTER, None)
    [reaction] = list_reactions(session, reflection.id)
    assert reaction.decision == decision
    done = session.query(ActivityCompletion).filter_by(enrolment_id=room.author.id).all()
    assert [one.completed_at for one in done] == ([now + AFTER] if decision == "approve" else [])
    assert send_held_reviews(session, now + AFTER) == 0, "once"


def test_undo_leaves_everything_as_it_was(session: Session, room: Class, now: datetime) -> None:
    version, trainer = make_submitted(session, room.author, now), actor_of(session, room.trainer)
    review = hold(session, trainer, version, now)
    undo_review(session, trainer, version.reflection_id)
    assert (review.held_until, review.revision, review.decision) == (None, 1, "approve")
    assert (review.criteria, review.message) == ({"situatie": "yes"}, "Sterk geschreven.")
    assert send_held_reviews(session, now + AFTER) == 0
    text = ReviewText("return", {}, "Toch niet.")
    save_review(session, trainer, version.reflection_id, version.id, text, expected_revision=1, now=now)
    hold_review(session, trainer, version.reflection_id, expected_revision=2, now=now)
    assert send_held_reviews(session, now + AFTER) == 1
    assert session.get_one(Reflection, version.reflection_id).state == "returned"


def test_what_went_out_cannot_be_taken_back(session: Session, room: Class, now: datetime) -> None:
    version, trainer = make_submitted(session, room.author, now), actor_of(session, room.trainer)
    hold(session, trainer, version, now, "talk_first")
    send_held_reviews(session, now + AFTER)
    for action in (undo_review, lambda *a: hold_longer(*a, now=now)):
        with pytest.raises(Conflict, match="review_gone"):
            action(session, trainer, version.reflection_id)


def test_what_is_on_its_way_is_not_handed_over(session: Session, room: Class, now: datetime) -> None:
    version, trainer = make_submitted(session, room.author, now), actor_of(session, room.trainer)
    review = hold(session, trainer, version, now, "return")
    with pytest.raises(Conflict, match="review_held"):
        hand_over_review(session, trainer, version.reflection_id, room.colleague.user_id, "Jij?", now=now)
    assert send_held_reviews(session, now + AFTER) == 1
    assert review.sent_at == now + AFTER


def test_a_worker_that_is_late_still_sends_before_the_lease_is_over(
    session: Session, room: Class, now: datetime
) -> None:
    """The sweep of leases came first after two hours without workers: nobody else gets what was sent."""
    version, trainer = make_submitted(session, room.author, now), actor_of(session, room.trainer)
    review, later = hold(session, trainer, version, now, "return"), now + timedelta(hours=2)
    assert release_leases(session, now=later) == 0
    with pytest.raises(Conflict, match="review_held"):
        claim_review(session, actor_of(session, room.colleague), version.reflection_id, now=later)
    with pytest.raises(Conflict, match="reflection_state"):
        withdraw_reflection(session, actor_of(session, room.author), version.reflection_id, now=later)
    assert send_held_reviews(session, later) == 1
    assert review.sent_at == later
    assert session.get_one(Reflection, version.reflection_id).state == "returned"


def test_nobody_picks_up_what_is_on_its_way(session: Session, room: Class, now: datetime) -> None:
    """Also where it is back in the queue, as a sweep of before left it."""
    version, trainer = make_submitted(session, room.author, now), actor_of(session, room.trainer)
    hold(session, trainer, version, now)
    reflection = session.get_one(Reflection, version.reflection_id)
    reflection.state, reflection.reviewer_id = "submitted", None
    session.flush()
    with pytest.raises(Conflict, match="review_held"):
        claim_review(session, actor_of(session, room.colleague), version.reflection_id, now=now)


def test_who_needs_more_time_gets_it(session: Session, room: Class, now: datetime) -> None:
    version, trainer = make_submitted(session, room.author, now), actor_of(session, room.trainer)
    hold(session, trainer, version, now)
    hold_longer(session, trainer, version.reflection_id, now=now + timedelta(seconds=8))
    assert send_held_reviews(session, now + timedelta(seconds=60)) == 0
    assert send_held_reviews(session, now + timedelta(seconds=8) + LONGER) == 1


def test_while_it_waits_nothing_about_it_changes(session: Session, room: Class, now: datetime) -> None:
    version, trainer = make_submitted(session, room.author, now), actor_of(session, room.trainer)
    claim_review(session, trainer, version.reflection_id, now=now)
    comment = add_comment(session, trainer, version.id, "gezien", Quote(), "Mooi.", now=now)
    hold(session, trainer, version, now)
    colleague, reflection_id = actor_of(session, room.colleague), version.reflection_id
    attempts: list[Callable[[], Any]] = [
        lambda: save_review(
            session, trainer, reflection_id, version.id, ReviewText(), expected_revision=1, now=now
        ),
        lambda: hold_review(session, trainer, reflection_id, expected_revision=1, now=now),
        lambda: release_review(session, trainer, reflection_id, now=now),
        lambda: claim_review(session, colleague, reflection_id, take_over=True, now=now),
        lambda: add_comment(session, trainer, version.id, "gezien", Quote(), "En dit?", now=now),
        lambda: edit_comment(session, trainer, comment.id, "Anders."),
    ]
    for attempt in attempts:
        with pytest.raises(Conflict, match="review_held"):
            attempt()
    for stranger in (room.author, room.peer, room.colleague):
        with pytest.raises((Conflict, Forbidden)):
            undo_review(session, actor_of(session, stranger), reflection_id)
    send_held_reviews(session, now + AFTER)
    assert session.query(Comment).one().body == "Mooi."


@pytest.mark.parametrize("only_here", [True, False])
def test_what_was_pressed_is_sent_when_its_trainer_leaves(
    session: Session, room: Class, now: datetime, only_here: bool
) -> None:
    version, trainer = make_submitted(session, room.author, now), actor_of(session, room.trainer)
    hold(session, trainer, version, now)
    other = make_submitted(session, room.peer, now)
    claim_review(session, trainer, other.reflection_id, now=now)
    release_reviews_of(session, room.trainer.user_id, now, room.cohort.id if only_here else None)
    session.expire_all()
    assert session.get_one(Reflection, version.reflection_id).state == "approved"
    assert session.get_one(Reflection, other.reflection_id).state == "submitted"


def test_leaving_another_cohort_sends_nothing_here(session: Session, room: Class, now: datetime) -> None:
    version, trainer = make_submitted(session, room.author, now), actor_of(session, room.trainer)
    hold(session, trainer, version, now)
    elsewhere = make_class(session, now)
    assert send_held_of(session, room.trainer.user_id, now, elsewhere.cohort.id) == 0
    assert send_held_of(session, room.colleague.user_id, now) == 0


@pytest.mark.parametrize("took_over", [True, False])
def test_it_goes_out_even_when_it_is_no_longer_in_hand(
    session: Session, room: Class, now: datetime, took_over: bool
) -> None:
    version, trainer = make_submitted(session, room.author, now), actor_of(session, room.trainer)
    hold(session, trainer, version, now)
    reflection = session.get_one(Reflection, version.reflection_id)
    reflection.state, reflection.reviewer_id = (
        ("in_review", room.colleague.user_id) if took_over else ("submitted", None)
    )
    session.flush()
    assert send_held_reviews(session, now + AFTER) == 1
    assert (reflection.state, reflection.reviewer_id) == ("approved", None)


def test_a_withdrawn_text_gets_no_review(session: Session, room: Class, now: datetime) -> None:
    version, trainer = make_submitted(session, room.author, now), actor_of(session, room.trainer)
    review = hold(session, trainer, version, now)
    reflection = session.get_one(Reflection, version.reflection_id)
    reflection.state, reflection.reviewer_id = "withdrawn", None
    session.flush()
    assert send_held_reviews(session, now + AFTER) == 0
    assert (review.held_until, review.sent_at, reflection.state) == (None, None, "withdrawn")


def test_the_database_holds_only_what_is_ready(session: Session, room: Class, now: datetime) -> None:
    version, trainer = make_submitted(session, room.author, now), actor_of(session, room.trainer)
    save_review(
        session, trainer, version.reflection_id, version.id, ReviewText(), expected_revision=0, now=now
    )
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.update(Review).values(held_until=now))


def held_ones(engine: sa.Engine, now: datetime, count: int = 1) -> tuple[list[Any], Actor]:
    """`count` reviews that are about to go out, of one trainer."""
    with db.transaction(engine) as session:
        room = make_class(session, now)
        trainer = actor_of(session, room.trainer)
        people = [room.author, room.peer, room.other_peer, room.outside][:count]
        versions = [make_submitted(session, one, now) for one in people]
        for version in versions:
            hold(session, trainer, version, now)
        return [version.reflection_id for version in versions], trainer


@pytest.mark.committed
def test_two_workers_at_once_send_each_once(committed: sa.Engine, now: datetime) -> None:
    held_ones(committed, now, 4)
    barrier = Barrier(2)

    def work(_: int) -> int:
        with db.transaction(committed) as session:
            barrier.wait(10)
            return send_held_reviews(session, now + AFTER)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(work, range(2))
    assert first + second == 4
    with db.reading(committed) as session:
        assert {one.sent_at for one in session.query(Review)} == {now + AFTER}
        assert session.query(ActivityCompletion).count() == 4


@pytest.mark.committed
def test_a_worker_that_dies_loses_nothing(committed: sa.Engine, now: datetime) -> None:
    held_ones(committed, now, 2)

    def die_before_the_commit() -> None:
        with db.transaction(committed) as session:
            assert send_held_reviews(session, now + AFTER) == 2
            raise RuntimeError("killed before the commit")

    with pytest.raises(RuntimeError):
        die_before_the_commit()
    with db.reading(committed) as session:
        assert session.query(Review).filter(Review.sent_at.is_not(None)).count() == 0
    with db.transaction(committed) as session:
        assert send_held_reviews(session, now + timedelta(hours=1)) == 2


@pytest.mark.committed
@pytest.mark.parametrize("turn", range(6))
def test_of_undo_and_sending_exactly_one_wins(committed: sa.Engine, now: datetime, turn: int) -> None:
    [reflection_id], trainer = held_ones(committed, now)
    barrier = Barrier(2)

    def undo() -> bool:
        try:
            with db.transaction(committed) as session:
                barrier.wait(10)
                undo_review(session, trainer, reflection_id)
        except (Conflict, Forbidden):
            return False
        return True

    def send() -> bool:
        with db.transaction(committed) as session:
            barrier.wait(10)
            return send_held_reviews(session, now + AFTER) == 1

    with ThreadPoolExecutor(2) as pool:
        undone, sent = (one.result() for one in [pool.submit(undo), pool.submit(send)])
    assert undone != sent
    with db.reading(committed) as session:
        [review] = session.query(Review)
        assert (review.sent_at is None, review.held_until) == (undone, None)
        assert session.get_one(Reflection, reflection_id).state == ("in_review" if undone else "approved")

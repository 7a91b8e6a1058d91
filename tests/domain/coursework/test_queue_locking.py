"""Trainers at once, each with a connection of their own and real commits."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.core import db
from peergang.core.errors import Conflict
from peergang.core.permissions import Actor
from peergang.coursework.actions.allocation import hold_group_of
from peergang.coursework.actions.claiming import claim_next, claim_review, renew_lease
from peergang.coursework.actions.queue_care import balance_reviews, release_leases
from peergang.coursework.models import Reflection
from peergang.coursework.rules.waiting import LEASE
from tests.factories.cohorts import make_trainer
from tests.factories.coursework import Class, actor_of, make_class, make_submitted
from tests.factories.queue import fill_queue

pytestmark = pytest.mark.committed

TRAINERS, QUEUE = 20, 500


def make_crowd(engine: sa.Engine, now: datetime, trainers: int, queue: int) -> tuple[Class, list[Actor]]:
    with db.transaction(engine) as session:
        room = make_class(session, now)
        people = [room.trainer, room.colleague]
        people += [make_trainer(session, room.cohort) for _ in range(trainers - 2)]
        fill_queue(session, room, now, queue)
        return room, [actor_of(session, one) for one in people]


def at_once(actions: list[Callable[[], Any]]) -> list[Any]:
    barrier = Barrier(len(actions))

    def run(action: Callable[[], Any]) -> Any:
        barrier.wait(20)
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def test_twenty_trainers_empty_a_queue_of_five_hundred_without_a_double(
    committed: sa.Engine, now: datetime
) -> None:
    _, actors = make_crowd(committed, now, TRAINERS, QUEUE)
    # As many connections as trainers, so that they do not wait for each other's.
    engine = sa.create_engine(committed.url, pool_size=TRAINERS, max_overflow=0)
    left, lock = [QUEUE], threading.Lock()

    def work(actor: Actor) -> list[UUID]:
        found: list[UUID] = []
        while True:
            with lock:
                if left[0] == 0:
                    return found
                left[0] -= 1
            with db.transaction(engine) as session:
                got = claim_next(session, actor, now=now)
            assert got is not None, "something waits, so somebody gets it"
            found.append(got)

    try:
        found = at_once([lambda one=one: work(one) for one in actors])
    finally:
        engine.dispose()
    everything = [one for part in found for one in part]
    assert len(everything) == len(set(everything)) == QUEUE
    with db.reading(committed) as session:
        rows = session.execute(sa.select(Reflection.id, Reflection.reviewer_id, Reflection.state)).all()
        assert claim_next(session, actors[0], now=now) is None
    has = {row.id: row.reviewer_id for row in rows}
    assert {row.state for row in rows} == {"in_review"}
    for actor, part in zip(actors, found, strict=True):
        assert {has[one] for one in part} <= {actor.user_id}


def test_the_last_one_is_waited_for_when_its_claim_may_fail(committed: sa.Engine, now: datetime) -> None:
    _, (first, second) = make_crowd(committed, now, 2, 1)
    claimed, go_back = threading.Event(), threading.Event()

    def fail() -> None:
        with Session(committed) as session:
            assert claim_next(session, first, now=now) is not None
            claimed.set()
            go_back.wait(10)
            session.rollback()

    def wait() -> UUID | None:
        claimed.wait(10)
        threading.Timer(0.2, go_back.set).start()
        with db.transaction(committed) as session:
            return claim_next(session, second, now=now)

    _, got = at_once([fail, wait])
    assert got is not None


def test_of_two_who_take_a_lapsed_one_one_gets_it(committed: sa.Engine, now: datetime) -> None:
    room, actors = make_crowd(committed, now, 3, 0)
    with db.transaction(committed) as session:
        version = make_submitted(session, room.author, now, audience="trainer")
        claim_review(session, actors[0], version.reflection_id, now=now)
    later = now + LEASE

    def claim(actor: Actor) -> str:
        try:
            with db.transaction(committed) as session:
                claim_review(session, actor, version.reflection_id, now=later)
        except Conflict as error:
            return error.reason
        return "done"

    assert sorted(at_once([lambda one=one: claim(one) for one in actors[1:]])) == ["done", "review_taken"]


def test_renewing_and_sweeping_at_once_leaves_one_of_both(committed: sa.Engine, now: datetime) -> None:
    room, (actor, _) = make_crowd(committed, now, 2, 0)
    with db.transaction(committed) as session:
        version = make_submitted(session, room.author, now, audience="trainer")
        claim_review(session, actor, version.reflection_id, now=now)
    later = now + LEASE

    def renew() -> bool:
        with db.transaction(committed) as session:
            return renew_lease(session, actor, version.reflection_id, now=later)

    def sweep() -> int:
        with db.transaction(committed) as session:
            return release_leases(session, now=later)

    renewed, swept = at_once([renew, sweep])
    with db.reading(committed) as session:
        found = session.get_one(Reflection, version.reflection_id)
        assert (found.state, renewed, swept) in [("in_review", True, 0), ("submitted", False, 1)]


def test_balancing_twice_while_trainers_claim_changes_no_claim(committed: sa.Engine, now: datetime) -> None:
    _, actors = make_crowd(committed, now, 4, 40)

    def balance() -> None:
        with db.transaction(committed) as session:
            balance_reviews(session, now=now)

    def claim(actor: Actor) -> list[UUID | None]:
        found = []
        for _ in range(5):
            with db.transaction(committed) as session:
                found.append(claim_next(session, actor, now=now + timedelta(seconds=1)))
        return found

    balance_now: list[Callable[[], Any]] = [balance, balance]
    found = at_once(balance_now + [lambda one=one: claim(one) for one in actors])[2:]
    with db.reading(committed) as session:
        for actor, part in zip(actors, found, strict=True):
            for one in part:
                assert one is not None
                stored = session.get_one(Reflection, one)
                assert (stored.state, stored.reviewer_id) == ("in_review", actor.user_id)
                assert stored.suggested_reviewer_id == actor.user_id


def test_the_job_waits_for_nobody_so_it_is_never_part_of_a_circle(
    committed: sa.Engine, now: datetime
) -> None:
    """It held what was in hand too long and waited for what somebody hands in, who held that and waited for the first."""
    with db.transaction(committed) as session:
        room = make_class(session, now)
        low, high = sorted(
            make_submitted(session, one, now).reflection_id for one in (room.author, room.peer)
        )
        claim_review(session, actor_of(session, room.trainer), high, now=now)
        session.execute(sa.update(Reflection).where(Reflection.id == low).values(suggested_reviewer_id=None))
    later, released, done = now + LEASE, threading.Event(), threading.Event()

    def job() -> int:
        with db.transaction(committed) as session:
            assert release_leases(session, now=later) == 1
            released.set()
            done.wait(1)  # The other has the first by now, and waits for the second.
            return balance_reviews(session, now=later)

    def hand_in() -> None:
        assert released.wait(10)
        with db.transaction(committed) as session:
            hold_group_of(session, low)

    with ThreadPoolExecutor(2) as pool:
        working, handing = pool.submit(job), pool.submit(hand_in)
        assert working.result(20) >= 0
        handing.result(20)
    with db.transaction(committed) as session:
        assert balance_reviews(session, now=later) >= 1, "what was passed by has its turn now"
        assert session.get_one(Reflection, low).suggested_reviewer_id

"""Trainers judge a sample blind; its author rules over it as over every text of theirs."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peergang.core import db
from peergang.core.errors import Conflict, Forbidden, Invalid
from peergang.core.permissions import Actor
from peergang.coursework.actions.calibration import (
    JudgementText,
    close_calibration,
    open_calibration,
    save_judgement,
)
from peergang.coursework.actions.submission import change_audience, withdraw_reflection
from peergang.coursework.models import (
    Calibration,
    CalibrationJudgement,
    Reflection,
    ReflectionVersion,
    Review,
)
from peergang.coursework.queries.calibration import list_judged, list_samples
from peergang.coursework.queries.reactions import list_reactions
from tests.factories.cohorts import make_trainer
from tests.factories.coursework import Class, actor_of, make_class, make_submitted, review

TEXT = JudgementText({"situatie": "yes"}, "approve", "Mooi geheim.")


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    return make_class(session, now)


def opened(session: Session, room: Class, now: datetime) -> tuple[UUID, UUID, Actor, Actor]:
    """The sample, its reflection, who put it forward, and the colleague who was asked."""
    version = make_submitted(session, room.author, now, audience="trainer")
    first, second = actor_of(session, room.trainer), actor_of(session, room.colleague)
    found = open_calibration(session, first, version.reflection_id, [room.colleague.user_id], now=now)
    return found, version.reflection_id, first, second


def test_others_judgements_are_seen_only_after_ones_own(session: Session, room: Class, now: datetime) -> None:
    sample, reflection_id, first, second = opened(session, room, now)
    save_judgement(session, first, sample, TEXT, send=True, now=now)
    save_judgement(session, second, sample, JudgementText({"situatie": "partly"}), send=False, now=now)

    def known(reader: Actor) -> dict[Any, tuple[dict[str, str], str]]:
        found = list_judged(session, sample, reader.user_id)
        return {one.trainer_id: (dict(one.criteria), one.note) for one in found}

    assert known(second)[first.user_id] == ({}, ""), "blind until one's own is sent"
    assert known(first)[second.user_id] == ({}, ""), "a draft is its writer's own"
    save_judgement(
        session, second, sample, JudgementText({"situatie": "partly"}, "return"), send=True, now=now
    )
    assert known(second)[first.user_id] == ({"situatie": "yes"}, "Mooi geheim.")
    assert known(first)[second.user_id] == ({"situatie": "partly"}, "")
    assert not list_reactions(session, reflection_id)
    assert session.query(Review).count() == 0
    assert session.get_one(Reflection, reflection_id).state == "submitted", "the review does not change"


def test_a_judgement_is_given_once_and_stays(session: Session, room: Class, now: datetime) -> None:
    sample, _reflection, first, _second = opened(session, room, now)
    with pytest.raises(Invalid, match="decision_missing"):
        save_judgement(session, first, sample, JudgementText(), send=True, now=now)
    save_judgement(session, first, sample, TEXT, send=True, now=now)
    with pytest.raises(Conflict, match="judgement_sent"):
        save_judgement(session, first, sample, JudgementText(decision="return"), send=True, now=now)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.update(CalibrationJudgement).values(note="anders"))


def test_only_trainers_of_the_cohort_take_part(session: Session, room: Class, now: datetime) -> None:
    sample, reflection_id, _first, _second = opened(session, room, now)
    elsewhere = make_class(session, now)
    for stranger in (room.author, room.peer, elsewhere.trainer):
        actor = actor_of(session, stranger)
        with pytest.raises(Forbidden):
            save_judgement(session, actor, sample, TEXT, send=True, now=now)
        with pytest.raises(Forbidden):
            open_calibration(session, actor, reflection_id, [room.colleague.user_id], now=now)
        assert not list_samples(session, actor)
    third = actor_of(session, make_trainer(session, room.cohort))
    save_judgement(session, third, sample, TEXT, send=True, now=now)
    assert [one.asked for one in list_samples(session, third)] == [True]


@pytest.mark.parametrize("chosen", [[], ["self"], ["peer"]])
def test_somebody_of_the_cohort_is_asked(
    session: Session, room: Class, now: datetime, chosen: list[str]
) -> None:
    version, trainer = make_submitted(session, room.author, now), actor_of(session, room.trainer)
    people = {"self": room.trainer.user_id, "peer": room.peer.user_id}
    with pytest.raises(Invalid, match="colleague_missing"):
        open_calibration(session, trainer, version.reflection_id, [people[one] for one in chosen], now=now)
    assert session.query(Calibration).count() == 0


@pytest.mark.parametrize("narrowed", [True, False])
def test_what_its_author_takes_back_is_no_sample_any_more(
    session: Session, room: Class, now: datetime, narrowed: bool
) -> None:
    sample, reflection_id, first, second = opened(session, room, now)
    author = actor_of(session, room.author)
    if narrowed:
        version = session.get_one(Calibration, sample).version_id
        review(session, room.trainer, session.get_one(ReflectionVersion, version), now)
        change_audience(session, author, reflection_id, "private", now=now)
    else:
        withdraw_reflection(session, author, reflection_id, now=now)
    for actor in (first, second):
        assert not list_samples(session, actor)
        with pytest.raises(Forbidden):
            save_judgement(session, actor, sample, TEXT, send=True, now=now)
    with pytest.raises(Forbidden):
        close_calibration(session, first, sample, now=now)


def test_a_colleague_closes_it_once_who_opened_it_left(session: Session, room: Class, now: datetime) -> None:
    sample, _reflection_id, _first, second = opened(session, room, now)
    room.trainer.state, room.trainer.withdrawn_at = "withdrawn", now
    session.flush()
    with pytest.raises(Forbidden):
        close_calibration(session, actor_of(session, room.peer), sample, now=now)
    close_calibration(session, second, sample, now=now)
    assert session.get_one(Calibration, sample).closed_at == now


def test_who_opened_it_closes_it(session: Session, room: Class, now: datetime) -> None:
    sample, reflection_id, first, second = opened(session, room, now)
    with pytest.raises(Forbidden):
        close_calibration(session, second, sample, now=now)
    close_calibration(session, first, sample, now=now)
    with pytest.raises(Conflict, match="calibration_closed"):
        save_judgement(session, second, sample, TEXT, send=True, now=now)
    again = open_calibration(session, first, reflection_id, [room.colleague.user_id], now=now)
    assert again != sample


def test_opening_twice_joins(session: Session, room: Class, now: datetime) -> None:
    sample, reflection_id, _first, second = opened(session, room, now)
    third = make_trainer(session, room.cohort)
    assert open_calibration(session, second, reflection_id, [third.user_id], now=now) == sample
    assert session.query(CalibrationJudgement).count() == 3


@pytest.mark.committed
def test_two_who_open_at_once_get_the_same(committed: sa.Engine, now: datetime) -> None:
    with db.transaction(committed) as session:
        room = make_class(session, now)
        reflection_id = make_submitted(session, room.author, now).reflection_id
        people = [actor_of(session, room.trainer), actor_of(session, room.colleague)]
    barrier = Barrier(2)

    def act(me: Actor, other: Actor) -> Callable[[], UUID]:
        def run() -> UUID:
            with db.transaction(committed) as session:
                barrier.wait(10)
                assert other.user_id is not None
                return open_calibration(session, me, reflection_id, [other.user_id], now=now)

        return run

    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(act(*people)), pool.submit(act(*reversed(people)))]
        assert len({one.result() for one in jobs}) == 1

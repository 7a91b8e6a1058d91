"""Evaluated often and little equals evaluated from scratch; and two at once are one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import Engine, delete, func, select, text
from sqlalchemy.orm import Session

from peergang.cohorts.models import Attendance, Extension, FreePeriod
from peergang.core.db import transaction
from peergang.progress.actions.compile import compile_dirty
from peergang.progress.actions.evaluating import evaluate_all, evaluate_marked
from peergang.progress.models import RiskMark, RiskSignal
from tests.domain.progress.risks.conftest import World
from tests.factories.cohorts import make_cohort, make_meeting, make_participant
from tests.factories.curriculum import make_edition
from tests.factories.progress import attend, complete
from tests.factories.risks import evaluate_now

DAY = timedelta(days=1)


class Life:
    """Things that happen, by number; each one a change that a rule may care about."""

    def __init__(self, world: World) -> None:
        self.world, self.number = world, 0
        self.people = [world.person, make_participant(world.session, world.cohort, institution=world.school)]

    def happen(self, step: int, who: int, now: datetime) -> None:
        world, person = self.world, self.people[who % 2]
        kinds = sorted(world.activities)
        kind = kinds[who % len(kinds)]
        self.number += 1
        match step:
            case 0:
                world.due(kind, now - DAY)
            case 1:
                complete(world.session, person, world.activities[kind], at=now)
            case 2 | 3:
                meeting = make_meeting(world.session, world.cohort, now - DAY, number=self.number)
                for one in self.people:
                    attend(world.session, meeting, one, "absent" if step == 2 else "present")
            case 4:
                world.session.execute(
                    delete(Attendance).where(
                        Attendance.enrolment_id == person.id, Attendance.state == "absent"
                    )
                )
            case 5:
                person.state = "withdrawn" if person.state == "active" else "active"
            case 6:
                world.cohort.state = "closed" if world.cohort.state == "running" else "running"
            case 7:
                until = {"due_at": now + 9 * DAY, "reason": "", "granted_at": now}
                about = {"enrolment_id": person.id, "activity_id": world.activities[kind].id}
                world.session.execute(delete(Extension).where(Extension.enrolment_id == person.id))
                world.session.add(Extension(**about, **until))
            case 8:
                day = now.date()
                period = {"starts_on": day - 2 * DAY, "ends_on": day + 6 * DAY}
                world.session.add(FreePeriod(name=f"Vakantie {self.number}", region="", **period))
        world.session.flush()


def standing(session: Session) -> set[tuple[Any, ...]]:
    rows = session.execute(select(RiskSignal).where(RiskSignal.ended_at.is_(None))).scalars()
    return {(one.rule, one.enrolment_id, one.institution_id, one.since, str(one.values)) for one in rows}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 11), st.integers(0, 16)), min_size=1, max_size=12
    )
)
def test_often_and_little_equals_from_scratch(world: World, steps: list[tuple[int, int, int]]) -> None:
    """By day after every change, and at night when a day passes; then everything is thrown away and seen anew."""
    session, now = world.session, world.now
    outer = session.begin_nested()
    life = Life(world)
    evaluate_now(session, now)
    for step, who, days in steps:
        if days > 8:
            now += (days - 8) * DAY
            evaluate_now(session, now)
        life.happen(step, who, now)
        evaluate_now(session, now, everything=False)
    found = standing(session)
    session.execute(delete(RiskSignal))
    evaluate_now(session, now)
    assert standing(session) == found
    outer.rollback()
    session.expire_all()


def test_what_ended_and_came_back_is_another(world: World) -> None:
    world.due("read", world.now - 9 * DAY)
    world.due("reflection", world.now - DAY)
    (first,) = world.signals("overdue")
    world.cohort.state = "open"
    assert world.signals("overdue", world.now + DAY, everything=False) == []
    world.cohort.state = "running"
    (second,) = world.signals("overdue", world.now + 2 * DAY, everything=False)
    assert (first.ended_at, second.opened_at) == (world.now + DAY, world.now + 2 * DAY)
    assert second.id != first.id


def test_what_is_not_compiled_yet_keeps_its_mark(world: World) -> None:
    evaluate_now(world.session, world.now)
    complete(world.session, world.person, world.activities["read"], at=world.now)
    assert evaluate_marked(world.session, now=world.now) == 0
    assert world.session.scalar(select(func.count()).select_from(RiskMark))
    compile_dirty(world.session, now=world.now)
    assert evaluate_marked(world.session, now=world.now) == 1
    assert evaluate_marked(world.session, now=world.now) == 0


def _commit_world(engine: Engine, now: datetime) -> None:
    with transaction(engine) as session:
        edition = make_edition(session)
        cohort = make_cohort(session, now - 30 * DAY, edition=edition)
        for _ in range(20):
            make_participant(session, cohort)
    with transaction(engine) as session:
        compile_dirty(session, now=now)


@pytest.mark.committed
def test_evaluations_at_the_same_time_find_everything_once(committed: Engine, now: datetime) -> None:
    _commit_world(committed, now)
    begin = Barrier(4)

    def evaluate(number: int) -> None:
        with transaction(committed) as session:
            session.execute(text("SET LOCAL lock_timeout = '60s'"))
            begin.wait(60)
            act = evaluate_all if number % 2 else evaluate_marked
            act(session, now=now + number * timedelta(seconds=1))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(evaluate, range(4)))
    with Session(committed) as session:
        rows = session.execute(
            select(RiskSignal.rule, RiskSignal.enrolment_id, RiskSignal.institution_id, RiskSignal.ended_at)
        ).all()
    assert len({row[:3] for row in rows}) == len(rows) >= 20
    assert all(row.ended_at is None for row in rows)


@pytest.mark.committed
def test_a_change_that_commits_during_an_evaluation_is_seen_the_next_time(
    committed: Engine, now: datetime
) -> None:
    _commit_world(committed, now)
    with Session(committed) as evaluating:
        evaluate_marked(evaluating, now=now)
        with transaction(committed) as writer:
            writer.execute(text("UPDATE cohort SET state = 'closed'"))
        evaluating.commit()
    with transaction(committed) as session:
        compile_dirty(session, now=now)
    with transaction(committed) as session:
        assert evaluate_marked(session, now=now) == 1
        left = select(func.count()).select_from(RiskSignal).where(RiskSignal.ended_at.is_(None))
        assert session.scalar(left) == 0

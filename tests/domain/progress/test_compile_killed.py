"""Compiles that are killed with SIGKILL at any point, run twice, and run beside each other, the incremental one and writers.

`PEERGANG_KILLS=500` takes as many killed compiles; the suite takes eight. The seed of what fails is in its name.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.core.db import transaction
from peergang.core.embedded import Server
from peergang.curriculum.models import Activity
from peergang.progress.actions.compile import compile_waiting
from peergang.progress.actions.full_compile import compile_all, continue_silent
from peergang.progress.actions.writing import LOCK
from peergang.progress.models import CompileDifference, CompileRun, EnrolmentProgress, ProgressDirty
from peergang.progress.queries.runs import list_runs
from tests.domain.progress.doomed import Doomed
from tests.domain.progress.recount.counting import count_progress
from tests.domain.progress.recount.loading import load_facts
from tests.domain.progress.test_compile import stored
from tests.domain.progress.test_compile_race import wait_until_waiting
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.curriculum import make_edition
from tests.factories.files import files_folder
from tests.factories.progress import complete, list_activities

pytestmark = [pytest.mark.database, pytest.mark.committed, pytest.mark.slow]

KILLS = int(os.environ.get("PEERGANG_KILLS", "8"))
PEOPLE, PART = 13, 3
ENVIRONMENT = {
    "PEERGANG_ENV": "test",
    "PEERGANG_REDIS_URL": "redis://127.0.0.1:1/0",
    "PEERGANG_PUBLIC_URL": "http://peergang.test",
    "PEERGANG_MAIL_URL": "memory:",
    "PEERGANG_FILES_URL": files_folder(),
}


@pytest.fixture(scope="module")
def doomed(postgres: Server) -> Iterator[Doomed]:
    with Doomed(postgres.url) as found:
        yield found


@pytest.fixture
def place(committed: Engine, now: datetime) -> tuple[list[Enrolment], list[Activity]]:
    """People with some facts each, all compiled."""
    with transaction(committed) as session:
        edition = make_edition(session, modules=2)
        cohort = make_cohort(session, now, edition=edition)
        enrolments = [make_participant(session, cohort) for _ in range(PEOPLE)]
        activities = list_activities(session, edition)
        for number, enrolment in enumerate(enrolments):
            complete(session, enrolment, *activities[: 1 + number % 5], at=now)
    compile_waiting(committed, now=now)
    return enrolments, activities


def spoil(engine: Engine, chance: Random, enrolments: list[Enrolment]) -> int:
    """Make some rows wrong without a mark, or take them away; gives how many."""
    chosen = chance.sample(enrolments, chance.randrange(1, PEOPLE))
    with transaction(engine) as session:
        for enrolment in chosen:
            row = EnrolmentProgress.enrolment_id == enrolment.id
            if chance.random() < 0.3:
                session.execute(delete(EnrolmentProgress).where(row))
            else:
                session.execute(update(EnrolmentProgress).where(row).values(completed=0))
    return len(chosen)


def check(engine: Engine, now: datetime) -> None:
    """What stands there is what a plain recount gives, and what a compile from nothing gives."""
    with Session(engine) as session:
        by_hand = count_progress(load_facts(session))
        assert stored(session) == by_hand
    with transaction(engine) as session:
        session.execute(delete(EnrolmentProgress))
    compile_all(engine, now=now)
    with Session(engine) as session:
        assert stored(session) == by_hand


@pytest.mark.parametrize("seed", range(KILLS))
def test_killed_at_any_point_and_gone_on_with(
    committed: Engine, place: tuple[list[Enrolment], list[Activity]], doomed: Doomed, now: datetime, seed: int
) -> None:
    chance = Random(seed)
    spoiled = spoil(committed, chance, place[0])
    was_killed, _ = doomed.run("full", chance.randrange(1, 110), PART)
    if was_killed:
        # Once more by the next one, which is killed as well, or not.
        doomed.run("full", chance.randrange(1, 60), PART)
    continue_silent(committed, now=now + timedelta(minutes=3), keep_on=lambda: True)
    compile_all(committed, now=now + timedelta(minutes=4), part=PART)
    with Session(committed) as session:
        assert session.scalar(select(func.count()).select_from(CompileDifference)) == spoiled, (
            "each is found, and once"
        )
        assert all(run.state == "done" for run in list_runs(session))
    check(committed, now)


def test_the_points_cover_a_whole_run(
    committed: Engine, place: tuple[list[Enrolment], list[Activity]], doomed: Doomed
) -> None:
    was_killed, points = doomed.run("full", 0, PART)
    assert not was_killed
    assert 60 < points < 160, "else the test above always or never kills"


def test_two_full_ones_and_the_incremental_beside_writers_all_of_them_killed_now_and_then(
    committed: Engine,
    postgres: Server,
    place: tuple[list[Enrolment], list[Activity]],
    now: datetime,
) -> None:
    enrolments, activities = place
    rounds = max(4, KILLS // 3)

    def compile_again_and_again(kind: str, seed: int) -> int:
        chance = Random(seed)
        with Doomed(postgres.url) as workers:
            return sum(workers.run(kind, chance.randrange(0, 120), 2)[0] for _ in range(rounds))

    def write(number: int) -> None:
        for activity in activities[5 + number :: 2]:
            for enrolment in Random(number).sample(enrolments, 6):
                with transaction(committed) as session:
                    complete(session, enrolment, activity, at=now)

    with ThreadPoolExecutor(5) as pool:
        jobs = [
            pool.submit(compile_again_and_again, kind, seed)
            for seed, kind in enumerate(("full", "full", "dirty"))
        ]
        writers = [pool.submit(write, number) for number in range(2)]
        killed = sum(job.result(timeout=600) for job in jobs)
        for writer in writers:
            writer.result(timeout=600)
    assert killed > 0
    compile_waiting(committed, now=now)
    compile_all(committed, now=now, part=2)
    with Session(committed) as session:
        assert session.scalar(select(func.count()).select_from(ProgressDirty)) == 0
        assert session.scalars(select(CompileDifference)).all() == [], "nothing was ever wrong unmarked"
        running = select(func.count()).select_from(CompileRun).where(CompileRun.state != "done")
        assert session.scalar(running) == 0
    check(committed, now)


def test_the_command_stops_between_two_parts(
    committed: Engine, postgres: Server, place: tuple[list[Enrolment], list[Activity]]
) -> None:
    with Session(committed) as holder:
        holder.execute(select(func.pg_advisory_xact_lock_shared(LOCK)))
        command = subprocess.Popen(
            [sys.executable, "-m", "peergang.cli", "progress", "compile", "--part", "2"],
            env=os.environ | ENVIRONMENT | {"PEERGANG_DATABASE_URL": postgres.url},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        wait_until_waiting(committed)
        command.send_signal(signal.SIGTERM)
        # The handler has run once the signal is not pending any more; the part itself still waits for us.
        holder.rollback()
    output, _ = command.communicate(timeout=120)
    assert command.returncode == 1, output
    assert "It was stopped." in output
    with Session(committed) as session:
        run = list_runs(session)[0]
        assert (run.state, run.origin) == ("stopped", "shell")
        assert run.done < PEOPLE

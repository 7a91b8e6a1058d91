"""Facts that commit while progress is being compiled: real connections, real commits, nothing forgotten."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Event
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.core.db import transaction
from peergang.curriculum.models import Activity
from peergang.progress.actions import compile as compiling, full_compile
from peergang.progress.actions.compile import compile_dirty
from peergang.progress.actions.full_compile import compile_all
from peergang.progress.models import EnrolmentProgress, ProgressDirty
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.curriculum import make_edition
from tests.factories.progress import complete, list_activities

pytestmark = [pytest.mark.database, pytest.mark.committed]


@pytest.fixture
def place(committed: Engine, now: datetime) -> tuple[Enrolment, list[Activity]]:
    """One participant whose enrolment is compiled, and the activities to complete."""
    with transaction(committed) as session:
        edition = make_edition(session)
        enrolment = make_participant(session, make_cohort(session, now, edition=edition))
        activities = list_activities(session, edition)
    with transaction(committed) as session:
        compile_dirty(session, now=now)
    return enrolment, activities


def count_completed(engine: Engine, enrolment_id: UUID) -> int | None:
    with Session(engine) as session:
        return session.scalar(
            select(EnrolmentProgress.completed).where(EnrolmentProgress.enrolment_id == enrolment_id)
        )


def is_waiting_for_a_lock(engine: Engine) -> bool:
    with engine.connect() as connection:
        found = connection.scalar(
            text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        )
        return bool(found)


def wait_until_waiting(engine: Engine) -> None:
    pause = Event()
    for _ in range(6000):
        if is_waiting_for_a_lock(engine):
            return
        pause.wait(0.02)
    raise AssertionError("Nobody waits for a lock.")


def test_a_fact_that_is_not_committed_yet_is_left_for_the_next_time(
    committed: Engine, place: tuple[Enrolment, list[Activity]], now: datetime
) -> None:
    enrolment, activities = place
    with Session(committed) as writer, Session(committed) as compiler:
        complete(writer, enrolment, activities[0], at=now)
        assert compile_dirty(compiler, now=now) == 0
        compiler.commit()
        writer.commit()
        assert compile_dirty(compiler, now=now) == 1
        compiler.commit()
    assert count_completed(committed, enrolment.id) == 1


def test_a_second_fact_under_a_known_mark_makes_the_compile_pass_over(
    committed: Engine, place: tuple[Enrolment, list[Activity]], now: datetime
) -> None:
    enrolment, activities = place
    with transaction(committed) as session:
        complete(session, enrolment, activities[0], at=now)
    with Session(committed) as writer, Session(committed) as compiler:
        complete(writer, enrolment, activities[1], at=now)
        assert compile_dirty(compiler, now=now) == 0
        compiler.commit()
        writer.commit()
        assert compile_dirty(compiler, now=now) == 1
        compiler.commit()
    assert count_completed(committed, enrolment.id) == 2


def test_a_fact_that_comes_during_the_compile_waits_and_leaves_a_new_mark(
    committed: Engine, place: tuple[Enrolment, list[Activity]], now: datetime
) -> None:
    enrolment, activities = place
    with transaction(committed) as session:
        complete(session, enrolment, activities[0], at=now)

    def write() -> None:
        with transaction(committed) as session:
            complete(session, enrolment, activities[1], at=now)

    with Session(committed) as compiler, ThreadPoolExecutor(1) as pool:
        assert compile_dirty(compiler, now=now) == 1
        writing = pool.submit(write)
        wait_until_waiting(committed)
        compiler.commit()
        writing.result(timeout=120)
    with transaction(committed) as session:
        assert session.scalars(select(ProgressDirty.enrolment_id)).all() == [enrolment.id]
        assert compile_dirty(session, now=now) == 1
    assert count_completed(committed, enrolment.id) == 2


def test_nobody_commits_a_fact_between_the_claim_and_the_reading(
    committed: Engine, place: tuple[Enrolment, list[Activity]], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would be in neither: too late for the figures, and its mark already taken away."""
    enrolment, activities = place
    with transaction(committed) as session:
        complete(session, enrolment, activities[0], at=now)
    read_marks = compiling.get_marks

    def slow_marks(session: Session) -> object:
        with transaction(committed) as other:
            other.execute(text("SET LOCAL lock_timeout = '100ms'"))
            with pytest.raises(OperationalError, match="lock timeout"), other.begin_nested():
                complete(other, enrolment, activities[1], at=now)
        return read_marks(session)

    monkeypatch.setattr(compiling, "get_marks", slow_marks)
    with transaction(committed) as session:
        assert compile_dirty(session, now=now) == 1
    assert count_completed(committed, enrolment.id) == 1


def test_two_compiles_share_the_work_and_never_wait(
    committed: Engine, place: tuple[Enrolment, list[Activity]], now: datetime
) -> None:
    with transaction(committed) as session:
        cohort = make_cohort(session, now)
        for _ in range(6):
            make_participant(session, cohort)
    with Session(committed) as one, Session(committed) as two:
        assert compile_dirty(one, now=now, limit=4) == 4
        assert compile_dirty(two, now=now, limit=4) == 2
        one.commit()
        two.commit()
    with Session(committed) as session:
        assert len(session.scalars(select(EnrolmentProgress.enrolment_id)).all()) == 7


def test_a_fact_that_comes_during_the_full_compile_is_not_overwritten(
    committed: Engine, place: tuple[Enrolment, list[Activity]], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolment, activities = place
    with transaction(committed) as session:
        complete(session, enrolment, activities[0], at=now)
    list_differences = full_compile.list_differences

    def slow_differences(session: Session, *given: object) -> object:
        rows = list_differences(session, *given)  # type: ignore[arg-type]
        with transaction(committed) as other:
            complete(other, enrolment, activities[1], at=now)
        with transaction(committed) as other:
            assert compile_dirty(other, now=now) == 0, "the incremental compile must stand aside"
        return rows

    monkeypatch.setattr(full_compile, "list_differences", slow_differences)
    result = compile_all(committed, now=now)
    assert (result.written, result.wrong) == (1, 0)
    assert count_completed(committed, enrolment.id) == 1
    with transaction(committed) as session:
        assert compile_dirty(session, now=now) == 1
    assert count_completed(committed, enrolment.id) == 2


def test_many_writers_and_compilers_end_with_the_truth(committed: Engine, now: datetime) -> None:
    with transaction(committed) as session:
        edition = make_edition(session, modules=2)
        cohort = make_cohort(session, now, edition=edition)
        enrolments = [make_participant(session, cohort) for _ in range(4)]
        activities = list_activities(session, edition)

    def write(number: int) -> None:
        for activity in activities[number::3]:
            with transaction(committed) as session:
                for enrolment in enrolments:
                    complete(session, enrolment, activity, at=now)

    def compile_often(full: bool) -> None:
        for _ in range(12):
            if full:
                assert compile_all(committed, now=now).wrong == 0
            else:
                with transaction(committed) as session:
                    compile_dirty(session, now=now)

    with ThreadPoolExecutor(5) as pool:
        jobs = [pool.submit(write, number) for number in range(3)]
        jobs += [pool.submit(compile_often, full) for full in (False, True)]
        for job in jobs:
            job.result(timeout=120)
    with transaction(committed) as session:
        compile_dirty(session, now=now)
    assert [count_completed(committed, enrolment.id) for enrolment in enrolments] == [12] * 4
    assert compile_all(committed, now=now).written == 0

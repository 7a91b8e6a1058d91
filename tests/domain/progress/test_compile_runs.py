"""A full compile that can be followed, stopped, gone on with, and that says what it found."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.core.errors import Conflict, Forbidden, NotFound
from peergang.core.permissions import SYSTEM, Actor
from peergang.identity.models import AuditEvent
from peergang.progress.actions import full_compile
from peergang.progress.actions.full_compile import compile_all, continue_compile, continue_silent
from peergang.progress.actions.runs import begin_compile, find_silent, forget_old_runs, stop_compile
from peergang.progress.models import CompileDifference, EnrolmentProgress, ProgressDirty
from peergang.progress.queries.runs import (
    get_run,
    get_waiting,
    list_found,
    list_runs,
    warn_of_failed_compile,
    warn_of_old_marks,
)
from peergang.progress.rules.runs import Origin, RunState
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_user
from tests.factories.progress import compile_now, complete, list_activities

pytestmark = pytest.mark.database


@pytest.fixture
def enrolments(session: Session, now: datetime) -> list[Enrolment]:
    """Seven participants with one activity each, compiled."""
    edition = make_edition(session)
    cohort = make_cohort(session, now, edition=edition)
    found = [make_participant(session, cohort) for _ in range(7)]
    for enrolment in found:
        complete(session, enrolment, list_activities(session, edition)[0], at=now)
    compile_now(session, now)
    return sorted(found, key=lambda one: one.id)


def spoil(session: Session, *enrolments: Enrolment) -> None:
    ids = [one.id for one in enrolments]
    session.execute(
        update(EnrolmentProgress).where(EnrolmentProgress.enrolment_id.in_(ids)).values(completed=0)
    )


def completed(session: Session) -> list[int]:
    rows = select(EnrolmentProgress.completed).order_by(EnrolmentProgress.enrolment_id)
    return list(session.scalars(rows))


def test_part_by_part_gives_the_same_as_at_once(
    session: Session, enrolments: list[Enrolment], now: datetime
) -> None:
    spoil(session, enrolments[0], enrolments[3], enrolments[6])
    heard: list[tuple[int, int]] = []
    run_id = begin_compile(session, SYSTEM, now=now, origin=Origin.SHELL)
    result = continue_compile(
        session.connection(), run_id, now=now, part=3, tell=lambda done, total: heard.append((done, total))
    )
    assert (result.enrolments, result.written, result.wrong) == (7, 3, 3)
    assert heard == [(3, 7), (6, 7), (7, 7)]
    assert completed(session) == [1] * 7
    run = get_run(session, run_id)
    assert (run.state, run.done, run.total, run.position) == (RunState.DONE, 7, 7, None)
    assert run.finished_at >= now
    assert run.worked > 0


@pytest.mark.parametrize("size", [1, 6, 7, 8])
def test_no_part_size_forgets_anybody(
    session: Session, enrolments: list[Enrolment], now: datetime, size: int
) -> None:
    session.execute(delete(EnrolmentProgress))
    result = compile_all(session.connection(), now=now, part=size)
    assert (result.enrolments, result.written) == (7, 7)
    assert completed(session) == [1] * 7


def test_it_says_what_stood_there_and_what_it_should_be(
    session: Session, enrolments: list[Enrolment], now: datetime
) -> None:
    wrong, missing, gone = enrolments[:3]
    spoil(session, wrong)
    session.execute(delete(EnrolmentProgress).where(EnrolmentProgress.enrolment_id == missing.id))
    gone.state = "withdrawn"
    session.flush()
    session.execute(delete(ProgressDirty))
    compile_all(session.connection(), now=now)
    run = list_runs(session)[0]
    found = {
        row.enrolment_id: (
            (row.stood_required, row.stood_completed, row.stood_last_at),
            (row.should_required, row.should_completed, row.should_last_at),
        )
        for row in list_found(session, run.id)
    }
    right = (6, 1, now)
    nothing = (None, None, None)
    assert found == {
        wrong.id: ((6, 0, now), right),
        missing.id: (nothing, right),
        gone.id: (right, nothing),
    }
    assert run.corrected == 3


def test_what_was_dirty_was_not_wrong(session: Session, enrolments: list[Enrolment], now: datetime) -> None:
    spoil(session, enrolments[0])
    session.add(ProgressDirty(enrolment_id=enrolments[0].id, marked_at=now))
    session.flush()
    result = compile_all(session.connection(), now=now)
    assert (result.written, result.wrong) == (1, 0)
    assert session.scalar(select(func.count()).select_from(CompileDifference)) == 0
    assert session.scalar(select(func.count()).select_from(ProgressDirty)) == 1, "marks stay where they are"


def test_there_is_one_at_a_time(session: Session, enrolments: list[Enrolment], now: datetime) -> None:
    admin = Actor(make_user(session).id, is_admin=True)
    first = begin_compile(session, admin, now=now)
    assert begin_compile(session, admin, now=now) == first
    assert begin_compile(session, SYSTEM, now=now + timedelta(minutes=59), origin=Origin.NIGHT) == first
    later = begin_compile(session, SYSTEM, now=now + timedelta(minutes=61), origin=Origin.NIGHT)
    assert later != first
    left = get_run(session, first)
    assert (left.state, left.reason) == (RunState.FAILED, "abandoned")
    verbs = session.scalars(select(AuditEvent.verb).where(AuditEvent.actor_id == admin.user_id)).all()
    assert verbs == ["compile_started"]


def test_only_admins_begin_and_stop(session: Session, now: datetime) -> None:
    user_id = make_user(session).id
    run_id = begin_compile(session, SYSTEM, now=now, origin=Origin.NIGHT)
    for actor in (Actor(user_id), Actor(user_id, is_organiser=True)):
        with pytest.raises(Forbidden):
            begin_compile(session, actor, now=now)
        with pytest.raises(Forbidden):
            stop_compile(session, actor, run_id, now=now)


def test_who_stops_it_keeps_what_was_done(
    session: Session, enrolments: list[Enrolment], now: datetime
) -> None:
    spoil(session, *enrolments)
    admin = Actor(make_user(session).id, is_admin=True)
    run_id = begin_compile(session, admin, now=now)

    def stop_after_four(done: int, _total: int) -> None:
        if done == 4:
            stop_compile(session, admin, run_id, now=now)

    result = continue_compile(session.connection(), run_id, now=now, part=2, tell=stop_after_four)
    assert result.state == RunState.STOPPED
    assert completed(session) == [1, 1, 1, 1, 0, 0, 0]
    with pytest.raises(Conflict, match="compile_ended"):
        stop_compile(session, admin, run_id, now=now)
    assert continue_compile(session.connection(), run_id, now=now, part=2).state == RunState.STOPPED
    assert completed(session) == [1, 1, 1, 1, 0, 0, 0], "a stopped run does nothing more"
    assert compile_all(session.connection(), now=now).wrong == 3
    assert completed(session) == [1] * 7


def test_stopping_in_the_last_part_stays_stopped(
    session: Session, enrolments: list[Enrolment], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = begin_compile(session, SYSTEM, now=now, origin=Origin.NIGHT)
    real = full_compile.list_differences

    def stopping(inner: Session, *given: object) -> object:
        stop_compile(inner, SYSTEM, run_id, now=now)
        return real(inner, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(full_compile, "list_differences", stopping)
    assert continue_compile(session.connection(), run_id, now=now).state == RunState.STOPPED


def test_a_worker_that_must_go_lets_go_and_another_goes_on(
    session: Session, enrolments: list[Enrolment], now: datetime
) -> None:
    spoil(session, *enrolments)
    run_id = begin_compile(session, SYSTEM, now=now, origin=Origin.NIGHT)
    assert find_silent(session, now=now) is None
    answers = iter((True, True, False))
    result = continue_compile(session.connection(), run_id, now=now, part=2, keep_on=lambda: next(answers))
    assert result.state == RunState.RUNNING
    assert completed(session) == [1, 1, 1, 1, 0, 0, 0]
    assert find_silent(session, now=now) == run_id
    continue_silent(session.connection(), now=now, keep_on=lambda: True)
    run = get_run(session, run_id)
    assert (run.state, run.done, run.corrected) == (RunState.DONE, 7, 7)
    assert completed(session) == [1] * 7


def test_a_long_run_that_was_just_let_go_is_not_abandoned(
    session: Session, enrolments: list[Enrolment], now: datetime
) -> None:
    """It began over an hour ago and was worked at until a moment ago."""
    run_id = begin_compile(session, SYSTEM, now=now, origin=Origin.NIGHT)
    later = now + timedelta(minutes=90)
    answers = iter((True, False))
    continue_compile(session.connection(), run_id, now=later, part=2, keep_on=lambda: next(answers))
    assert find_silent(session, now=later) == run_id, "anybody may go on with it"
    assert begin_compile(session, SYSTEM, now=later, origin=Origin.NIGHT) == run_id
    after = later + timedelta(minutes=70)
    assert begin_compile(session, SYSTEM, now=after, origin=Origin.NIGHT) != run_id


def test_letting_go_leaves_a_run_that_ended_as_it_was(
    session: Session, enrolments: list[Enrolment], now: datetime
) -> None:
    run_id = begin_compile(session, SYSTEM, now=now, origin=Origin.NIGHT)
    stop_compile(session, SYSTEM, run_id, now=now)
    continue_compile(session.connection(), run_id, now=now, keep_on=lambda: False)
    assert get_run(session, run_id).heard_at == now


def test_without_time_nothing_is_done(session: Session, enrolments: list[Enrolment], now: datetime) -> None:
    run_id = begin_compile(session, SYSTEM, now=now, origin=Origin.NIGHT)
    result = continue_compile(session.connection(), run_id, now=now, budget=timedelta())
    assert (result.state, result.enrolments) == (RunState.RUNNING, 0)


def test_a_run_that_was_killed_is_found_after_a_while(session: Session, now: datetime) -> None:
    run_id = begin_compile(session, SYSTEM, now=now, origin=Origin.NIGHT)
    assert find_silent(session, now=now + timedelta(seconds=119)) is None
    assert find_silent(session, now=now + timedelta(seconds=121)) == run_id


def test_what_goes_wrong_is_said(
    session: Session, enrolments: list[Enrolment], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> object:
        raise ZeroDivisionError

    monkeypatch.setattr(full_compile, "list_differences", broken)
    with pytest.raises(ZeroDivisionError):
        compile_all(session.connection(), now=now)
    run = list_runs(session)[0]
    assert (run.state, run.reason) == (RunState.FAILED, "ZeroDivisionError")
    assert warn_of_failed_compile(session) == "the last full compile of progress failed: ZeroDivisionError"
    monkeypatch.undo()
    compile_all(session.connection(), now=now + timedelta(minutes=1))
    assert warn_of_failed_compile(session) == ""


def test_the_age_of_the_oldest_mark_is_seen(session: Session, enrolments: list[Enrolment]) -> None:
    assert tuple(get_waiting(session)) == (0, 0)
    for enrolment, minutes in zip(enrolments, (4, 2), strict=False):
        moment = func.clock_timestamp() - timedelta(minutes=minutes)
        session.add(ProgressDirty(enrolment_id=enrolment.id, marked_at=moment))
    session.flush()
    found = get_waiting(session)
    assert found.number == 2
    assert 240 <= found.seconds < 300, "unless this machine stood still for a minute"
    assert warn_of_old_marks(session) == ""
    session.execute(update(ProgressDirty).values(marked_at=func.clock_timestamp() - timedelta(minutes=7)))
    assert warn_of_old_marks(session).startswith(
        "progress is behind: 2 enrolments wait, the oldest 7 minutes"
    )


def test_after_ninety_days_it_is_forgotten(
    session: Session, enrolments: list[Enrolment], now: datetime
) -> None:
    for days in (91, 89):
        spoil(session, enrolments[0])
        compile_all(session.connection(), now=now - timedelta(days=days))
    assert forget_old_runs(session, now=now) == 2
    run = list_runs(session)[0]
    assert len(list_runs(session)) == 1
    assert len(list_found(session, run.id)) == 1
    assert forget_old_runs(session, now=now + timedelta(days=365)) == 1
    assert len(list_runs(session)) == 1, "the last run stays"


def test_a_run_that_is_not_there(session: Session, enrolments: list[Enrolment], now: datetime) -> None:
    with pytest.raises(NotFound):
        stop_compile(session, SYSTEM, enrolments[0].id, now=now)


def test_it_begins_as_well_once_the_statement_is_prepared(session: Session, now: datetime) -> None:
    """The driver prepares after five times, and PostgreSQL plans for any value after five more."""
    for _ in range(15):
        run_id = begin_compile(session, SYSTEM, now=now, origin=Origin.NIGHT)
        assert begin_compile(session, SYSTEM, now=now, origin=Origin.NIGHT) == run_id
        stop_compile(session, SYSTEM, run_id, now=now)

"""One file, whatever happens to workers: killed in the middle, two at once, too late; and nobody gets what they may not see."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, select
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, Forbidden, NotFound
from peergang.core.permissions import Actor
from peergang.core.storage import Files
from peergang.identity.models import RoleGrant
from peergang.identity.rules import sort_key
from peergang.reports.actions import making
from peergang.reports.actions.asking import ask_report, remove_report, retry_report
from peergang.reports.actions.making import make_report
from peergang.reports.actions.sweeping import sweep_reports
from peergang.reports.kinds import rows_of
from peergang.reports.models import Report
from peergang.reports.queries.askers import find_asker
from peergang.reports.rules.states import LEASE, Format, State
from tests.domain.reports.conftest import Network, actor_of, ask
from tests.factories.cohorts import make_participant
from tests.factories.identity import make_organiser, make_user

pytestmark = pytest.mark.database


class Killed(BaseException):
    """No handler of ours catches it: as when the machine goes."""


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def reports_of(session: Session) -> list[Report]:
    session.expire_all()
    return list(session.scalars(select(Report)))


def count_files(files: Files) -> int:
    return sum(1 for _ in files.walk())


def kill_in(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def die(*_: Any, **__: Any) -> None:
        raise Killed

    monkeypatch.setattr(making, name, die)


@pytest.mark.parametrize("step", ["find_asker", "tell", "_count", "_store"])
def test_the_report_of_a_killed_worker_is_taken_up_and_made_once(
    connection: Connection,
    session: Session,
    files: Files,
    organiser: Actor,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    report = ask(session, organiser, now)
    with monkeypatch.context() as patch:
        kill_in(patch, step)
        with pytest.raises(Killed):
            make_report(connection, files, report.id, at(now))
    (row,) = reports_of(session)
    assert row.state == State.RUNNING
    before = count_files(files)
    # It may be at work still, so for a minute nobody else begins.
    assert sweep_reports(session, now=now + LEASE) == 0
    assert not make_report(connection, files, report.id, at(now + LEASE))
    later = now + LEASE + timedelta(seconds=1)
    assert sweep_reports(session, now=later) == 1
    assert make_report(connection, files, report.id, at(later))
    assert not make_report(connection, files, report.id, at(later))
    (row,) = reports_of(session)
    assert (row.state, row.tries) == (State.READY, 2)
    assert count_files(files) == before + 1


def test_what_kills_three_workers_is_given_up_with_a_reason(
    connection: Connection,
    session: Session,
    files: Files,
    organiser: Actor,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    report = ask(session, organiser, now)
    kill_in(monkeypatch, "find_asker")
    for number in range(5):
        with suppress(Killed):
            make_report(connection, files, report.id, at(now + number * 2 * LEASE))
    (row,) = reports_of(session)
    assert (row.state, row.reason, row.tries, row.people) == (State.FAILED, "stopped", 3, [])


def ask_committed(engine: Engine, now: datetime, form: Format = Format.CSV) -> tuple[Actor, UUID]:
    with Session(engine) as session:
        organiser = actor_of(session, make_organiser(session).id)
        report = ask_report(
            session, organiser, "participation", "", form, locale="nl", role="organiser", now=now
        )
        report_id: UUID = report.id
        session.commit()
    return organiser, report_id


def test_a_worker_that_comes_back_too_late_records_nothing(
    committed: Engine, files: Files, now: datetime
) -> None:
    """It was slow, another one took over just before it stored, and its own file is thrown away."""
    _organiser, report_id = ask_committed(committed, now)
    looks: list[bool] = []

    def watch() -> datetime:
        looks.append(len(looks) == 3 and make_report(committed, files, report_id, at(now + 2 * LEASE)))
        return now

    before = count_files(files)
    assert not make_report(committed, files, report_id, watch)
    assert looks == [False, False, False, True]
    with Session(committed) as session:
        (row,) = reports_of(session)
        assert (row.state, row.tries) == (State.READY, 2)
    assert count_files(files) == before + 1


def test_two_workers_at_once_make_it_once(committed: Engine, files: Files, now: datetime) -> None:
    _organiser, report_id = ask_committed(committed, now, Format.XLSX)
    before, gate, made = count_files(files), Barrier(4), []

    def work() -> None:
        gate.wait()
        made.append(make_report(committed, files, report_id, at(now)))

    threads = [Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(made) == [False, False, False, True]
    assert count_files(files) == before + 1


def test_what_was_removed_while_it_is_made_leaves_no_file(
    committed: Engine, files: Files, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    organiser, report_id = ask_committed(committed, now)
    before = count_files(files)
    original = making._count

    def meanwhile(*args: Any) -> Iterator[Any]:
        with Session(committed) as session:
            remove_report(session, organiser, report_id)
            session.commit()
        yield from original(*args)

    monkeypatch.setattr(making, "_count", meanwhile)
    assert not make_report(committed, files, report_id, at(now))
    assert count_files(files) == before
    with Session(committed) as session:
        assert [one.state for one in reports_of(session)] == [State.REMOVED]


def test_who_lost_the_role_before_it_is_made_gets_words_and_no_file(
    connection: Connection, session: Session, files: Files, organiser: Actor, now: datetime
) -> None:
    report = ask(session, organiser, now)
    session.query(RoleGrant).filter_by(user_id=organiser.user_id).delete()
    session.commit()
    assert not make_report(connection, files, report.id, at(now))
    (row,) = reports_of(session)
    assert (row.state, row.reason, row.storage_key) == (State.FAILED, "not_allowed", None)


@pytest.mark.parametrize(
    ("error", "reason"),
    [(ValueError("Zonneveld"), "broken"), (NotFound(), "gone"), (MemoryError(), "broken")],
)
def test_a_report_that_fails_says_why_and_can_be_tried_again(
    connection: Connection,
    session: Session,
    files: Files,
    organiser: Actor,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    reason: str,
) -> None:
    report = ask(session, organiser, now)
    with monkeypatch.context() as patch:

        def fail(*_: Any) -> None:
            raise error

        patch.setattr(making, "find_asker", fail)
        make_report(connection, files, report.id, at(now))
    (row,) = reports_of(session)
    assert (row.state, row.reason) == (State.FAILED, reason)
    assert "Zonneveld" not in "".join(capsys.readouterr())
    retry_report(session, organiser, report.id, now=now)
    session.commit()
    assert make_report(connection, files, report.id, at(now))
    with pytest.raises(Conflict):
        retry_report(session, organiser, report.id, now=now)


def test_it_takes_no_longer_than_a_task_may(
    connection: Connection, session: Session, files: Files, organiser: Actor, now: datetime
) -> None:
    report = ask(session, organiser, now)
    moments = iter([now, now, now, now + timedelta(seconds=101)])
    make_report(connection, files, report.id, lambda: next(moments))
    (row,) = reports_of(session)
    assert (row.state, row.reason, row.people) == (State.FAILED, "too_long", [])


def test_a_worker_that_is_asked_to_stop_gives_it_back(
    connection: Connection, session: Session, files: Files, organiser: Actor, now: datetime
) -> None:
    report = ask(session, organiser, now)
    assert not make_report(connection, files, report.id, at(now), keep_on=lambda: False)
    (row,) = reports_of(session)
    assert (row.state, row.tries) == (State.REQUESTED, 0)
    assert make_report(connection, files, report.id, at(now))


def test_asked_twice_it_is_made_once_and_six_are_too_many(
    session: Session, organiser: Actor, now: datetime
) -> None:
    first = ask(session, organiser, now)
    assert ask(session, organiser, now).id == first.id
    for measure in ("voortgang", "ingeleverd"):
        for form in ("csv", "pdf"):
            ask(session, organiser, now, query=f"maat={measure}", form=form)
    with pytest.raises(Conflict, match="reports_waiting"):
        ask(session, organiser, now, query="naam=x")


def test_nobody_asks_for_what_they_may_not_see(
    network: Network, session: Session, organiser: Actor, now: datetime
) -> None:
    stranger = find_asker(session, make_user(session).id)
    trainer = actor_of(session, network.trainer.id)
    assert stranger
    for kind, query in [
        ("participation", ""),
        ("annual", ""),
        ("people", f"cohort={network.cohort.id}"),
        ("grid", f"cohort={network.cohort.id}"),
        ("institution", f"instelling={network.meadow.id}"),
    ]:
        with pytest.raises(Forbidden):
            ask(session, stranger, now, kind, query)
        ask(session, organiser, now, kind, query)
    ask(session, trainer, now, "grid", f"cohort={network.cohort.id}")
    for kind, query in [
        ("grid", f"cohort={network.ended.id}"),
        ("people", f"cohort={network.ended.id}"),
        ("people", f"instelling={network.meadow.id}"),
        ("people", ""),
        ("participation", ""),
    ]:
        with pytest.raises(Forbidden):
            ask(session, trainer, now, kind, query)
    for kind, query in [("grid", ""), ("grid", "cohort=x"), ("onzin", ""), ("participation", "x" * 501)]:
        with pytest.raises(NotFound):
            ask(session, organiser, now, kind, query)


def test_people_come_in_the_dutch_order(
    network: Network, session: Session, files: Files, now: datetime
) -> None:
    for given, particle, family in [
        ("Zoë", "van den", "Berg"),
        ("Adam", "", "Zwart"),
        ("Émile", "de", "Ávila"),
    ]:
        user = make_user(session, given, family)
        user.name_particle, user.sort_key = particle, sort_key(given, particle, family)
        make_participant(session, network.cohort, user=user, institution=network.meadow)
    session.flush()
    names = [row[0] for row in rows_of("people", f"cohort={network.cohort.id}", session, now)]
    assert names == [
        "Émile de Ávila",
        "Zoë van den Berg",
        "Anna Zonneveld",
        "Bram Zonneveld",
        "Cees Zonneveld",
        "Adam Zwart",
    ]
    assert len(rows_of("people", "", session, now)) == len(names) + 1


def test_everybody_at_once_is_everybody_cohort_by_cohort(
    network: Network, session: Session, now: datetime
) -> None:
    """The stream of the whole network and the lists of its cohorts are two statements, and say the same."""
    for day in ("", "&op=2026-11-16"):
        one_by_one = [
            row
            for cohort in (network.ended, network.cohort)
            for row in rows_of("people", f"cohort={cohort.id}{day}", session, now)
        ]
        assert rows_of("people", day.removeprefix("&"), session, now) == one_by_one


def test_trying_again_waits_its_turn_as_well(session: Session, organiser: Actor, now: datetime) -> None:
    failed = []
    for measure in ("voortgang", "ingeleverd", "aanwezig", "actief", "optijd", "x"):
        report = ask(session, organiser, now, query=f"maat={measure}")
        report.state, report.reason = State.FAILED, "broken"
        session.commit()
        failed.append(report.id)
    for report_id in failed[:5]:
        retry_report(session, organiser, report_id, now=now)
        session.commit()
    with pytest.raises(Conflict, match="reports_waiting"):
        retry_report(session, organiser, failed[5], now=now)

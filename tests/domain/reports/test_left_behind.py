"""The file of a worker that was killed after storing it and before writing down where: gone after a day, by a real kill."""

import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from peergang.core.config import Settings
from peergang.core.db import transaction
from peergang.core.storage import Files
from peergang.reports.actions import holding, making
from peergang.reports.actions.cleaning import clean_reports
from peergang.reports.actions.making import make_report
from peergang.reports.models import Report, ReportFile
from peergang.reports.rules.states import LEASE, LEFT_FOR, State
from tests.domain.reports.conftest import actor_of, ask
from tests.factories.identity import make_organiser

pytestmark = [pytest.mark.database, pytest.mark.committed]

SECOND = timedelta(seconds=1)

DOOMED = """
import os, signal, sys
from datetime import datetime
from uuid import UUID
import peergang.tables
from peergang.core.db import make_engine
from peergang.core.storage import Files
from peergang.reports.actions import making

url, folder, report_id, now = sys.argv[1:]
making.end = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
moment = datetime.fromisoformat(now)
making.make_report(make_engine(url, application="doomed"), Files(folder), UUID(report_id), lambda: moment)
"""


@pytest.fixture
def files(settings: Settings) -> Files:
    return Files(settings.files_url)


@pytest.fixture
def report(committed: Engine, now: datetime) -> Report:
    with Session(committed, expire_on_commit=False) as session:
        organiser = make_organiser(session)
        session.commit()
        return ask(session, actor_of(session, organiser.id), now)


def keys_in(files: Files) -> set[str]:
    return {one.key for one in files.walk()}


def stand_of(engine: Engine, report: Report) -> Report:
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(select(Report).where(Report.id == report.id)).one()


def leave_one(settings: Settings, report: Report, files: Files, now: datetime) -> str:
    """A worker of its own stores the file and is killed with SIGKILL before it writes down where. Gives the key."""
    before = keys_in(files)
    command = [sys.executable, "-c", DOOMED, settings.database_url, settings.files_url, str(report.id)]
    assert subprocess.run([*command, now.isoformat()], check=False, timeout=120).returncode == -9
    (key,) = keys_in(files) - before
    return key


def test_the_file_of_a_killed_worker_goes_after_a_day(
    committed: Engine, settings: Settings, files: Files, report: Report, now: datetime
) -> None:
    left = leave_one(settings, report, files, now)
    assert stand_of(committed, report).storage_key is None
    later = now + LEASE + SECOND
    assert make_report(committed, files, report.id, lambda: later)
    made = stand_of(committed, report)
    assert made.state == State.READY
    assert made.storage_key in keys_in(files)
    assert clean_reports(committed, files, now=now + LEFT_FOR) == 0
    assert left in keys_in(files), "whoever stored it may be at work still"
    assert clean_reports(committed, files, now=now + LEFT_FOR + SECOND) == 1
    assert left not in keys_in(files)
    assert made.storage_key in keys_in(files)
    assert clean_reports(committed, files, now=now + 2 * LEFT_FOR) == 0
    with Session(committed) as session:
        assert session.scalars(select(ReportFile)).all() == []


def test_who_comes_to_write_it_down_after_that_has_lost_it(
    committed: Engine, files: Files, report: Report, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that slept for a day wakes up, and is tidied before its worker goes on."""
    end, before = holding.end, keys_in(files)

    def sleep_first(*arguments: Any, **values: Any) -> None:
        clean_reports(committed, files, now=now + LEFT_FOR + SECOND)
        end(*arguments, **values)

    with monkeypatch.context() as patch:
        patch.setattr(making, "end", sleep_first)
        assert not make_report(committed, files, report.id, lambda: now)
    found = stand_of(committed, report)
    assert (found.state, found.storage_key) == (State.RUNNING, None)
    assert keys_in(files) == before
    later = now + LEFT_FOR + 2 * SECOND
    assert make_report(committed, files, report.id, lambda: later)


def test_a_place_that_is_away_is_tried_again(
    committed: Engine,
    settings: Settings,
    files: Files,
    report: Report,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left = leave_one(settings, report, files, now)
    later = now + LEFT_FOR + SECOND
    with monkeypatch.context() as patch:
        patch.setattr(files, "delete", lambda _keys: 0)
        assert clean_reports(committed, files, now=later) == 0
    assert left in keys_in(files)
    assert clean_reports(committed, files, now=later) == 1
    assert left not in keys_in(files)


def test_one_that_was_made_leaves_nothing_to_look_after(
    committed: Engine, files: Files, report: Report, now: datetime
) -> None:
    assert make_report(committed, files, report.id, lambda: now)
    with transaction(committed) as session:
        assert session.scalars(select(ReportFile)).all() == []

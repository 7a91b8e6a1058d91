"""How long a file is there, and what is left of it afterwards: nothing."""

import os
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from peergang.core.permissions import Actor
from peergang.core.storage import FileMissing, Files
from peergang.identity.models import User
from peergang.reports.actions.asking import remove_report
from peergang.reports.actions.cleaning import clean_reports
from peergang.reports.models import Report
from peergang.reports.personal_data import erase, export
from peergang.reports.queries.reports import list_people_in
from peergang.reports.rules.around import Around
from peergang.reports.rules.scratch import PREFIX
from peergang.reports.rules.sheet import Column, Shape, Sheet
from peergang.reports.rules.states import KEPT, LEASE, LISTED, State
from peergang.reports.rules.xlsx_file import write_xlsx
from tests.domain.reports.conftest import Make, Network, ask

pytestmark = pytest.mark.database


def is_there(files: Files, key: str | None) -> bool:
    try:
        files.open(key or "").close()
    except FileMissing:
        return False
    return True


def test_after_a_week_the_file_is_gone_and_later_the_line_too(
    connection: Connection, session: Session, files: Files, made: Make, now: datetime
) -> None:
    report = made("people")
    key = report.storage_key
    assert len(list_people_in(session, report.id)) == 4
    assert clean_reports(connection, files, now=now + KEPT - timedelta(seconds=1)) == 0
    assert is_there(files, key)
    assert clean_reports(connection, files, now=now + KEPT) == 1
    assert not is_there(files, key)
    session.expire_all()
    assert (report.state, report.storage_key, report.size) == (State.EXPIRED, None, 0)
    assert list_people_in(session, report.id) == []
    clean_reports(connection, files, now=now + LISTED + timedelta(seconds=1))
    session.expire_all()
    assert session.scalars(select(Report)).all() == []


def test_a_place_that_is_away_is_tried_again(
    connection: Connection,
    session: Session,
    files: Files,
    made: Make,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = made().storage_key
    with monkeypatch.context() as patch:
        patch.setattr(files, "delete", lambda _keys: 0)
        assert clean_reports(connection, files, now=now + KEPT) == 0
    assert is_there(files, key)
    assert clean_reports(connection, files, now=now + KEPT) == 1
    assert not is_there(files, key)


def test_what_is_thrown_away_goes_at_once(
    connection: Connection, session: Session, files: Files, made: Make, organiser: Actor, now: datetime
) -> None:
    report = made()
    key = report.storage_key
    remove_report(session, organiser, report.id)
    assert "reports.clean" in {str(job) for job, _ in session.info["jobs"]}
    session.commit()
    assert clean_reports(connection, files, now=now) == 1
    assert not is_there(files, key)
    session.expire_all()
    assert session.scalars(select(Report)).all() == []


def test_erasing_somebody_takes_the_files_with_their_name(
    network: Network, session: Session, made: Make, organiser: Actor
) -> None:
    named, other = made("people", f"cohort={network.cohort.id}"), made("participation")
    own_key, other_key = named.storage_key, other.storage_key
    assert erase(session, network.people["Anna"].user_id) == [own_key]
    session.expire_all()
    assert (named.state, named.storage_key) == (State.EXPIRED, None)
    assert (other.state, other.storage_key) == (State.READY, other_key)
    assert organiser.user_id
    assert len(export(session, organiser.user_id)["reports"]) == 2
    assert erase(session, organiser.user_id) == [other_key]
    assert session.scalars(select(Report)).all() == []


@pytest.mark.parametrize("state", [State.RUNNING, State.REQUESTED], ids=["at work", "let go of"])
def test_a_report_that_is_being_made_for_somebody_else_is_made_again(
    network: Network, session: Session, organiser: Actor, now: datetime, state: State
) -> None:
    """Of a list of thousands the names of the first ones are written down while it is made."""
    victim = network.people["Anna"].user_id
    report = ask(session, organiser, now, "people", f"cohort={network.cohort.id}")
    if state is State.RUNNING:
        report.lease_token, report.lease_until = uuid4(), now + LEASE
    report.state, report.people = state, [victim]
    session.flush()
    assert erase(session, victim) == []
    session.expire_all()
    found = session.get_one(Report, report.id)
    assert (found.state, found.people) == (State.REQUESTED, [])
    assert found.lease_token is None


def test_a_name_erased_while_its_file_was_made_is_gone_an_hour_later(
    network: Network, connection: Connection, session: Session, files: Files, made: Make, now: datetime
) -> None:
    other, named = made("participation"), made("people", f"cohort={network.cohort.id}")
    key = named.storage_key
    # The worker read the name before the erasure was there to be seen, and wrote it down after.
    victim = session.get_one(User, network.people["Anna"].user_id)
    victim.deactivated_at = victim.erased_at = now
    session.commit()
    assert clean_reports(connection, files, now=now) == 1
    session.expire_all()
    assert (named.state, named.storage_key) == (State.EXPIRED, None)
    assert not is_there(files, key)
    assert list_people_in(session, named.id) == []
    assert other.state == State.READY


def test_a_workbook_of_a_killed_worker_leaves_no_names(
    connection: Connection, files: Files, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    seen: list[list[Path]] = []

    def rows() -> Iterator[list[str]]:
        for _ in range(3):
            yield ["Anna van der Berg"]
            seen.append(list(tmp_path.iterdir()))

    sheet = Sheet("Tabel", [], [Column("Naam", Shape.TEXT)], 3, rows(), "tabel")
    write_xlsx(sheet, Around(now, "organisator"), BytesIO())
    (folder,) = {path for found in seen for path in found}
    assert folder.name.startswith(PREFIX)
    assert list(tmp_path.iterdir()) == []
    for name in ("left", "busy"):
        (tmp_path / f"{PREFIX}{name}").mkdir()
        (tmp_path / f"{PREFIX}{name}" / "sheet").write_text("Anna van der Berg")
    (tmp_path / "of-somebody-else").mkdir()
    for name in (f"{PREFIX}left", "of-somebody-else"):
        os.utime(tmp_path / name, (0, 0))
    clean_reports(connection, files, now=now)
    assert {path.name for path in tmp_path.iterdir()} == {f"{PREFIX}busy", "of-somebody-else"}

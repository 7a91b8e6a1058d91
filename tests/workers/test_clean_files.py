"""The nightly cleaning of files, as the worker runs it: rows first, committed, and then what lies in storage."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from celery import Celery
from sqlalchemy.orm import Session

from peergang.core import clock, db
from peergang.core.jobs import Job
from peergang.core.storage import Files
from peergang.coursework.actions.attachment_cleaning import KEPT
from peergang.coursework.actions.attachments import remove_attachment
from peergang.coursework.models import Attachment
from tests.factories.coursework import actor_of, find_activity, make_class
from tests.factories.files import attach, make_pdf, store
from workers import process


@pytest.mark.committed
def test_the_task_removes_rows_files_and_what_a_crash_left(
    celery: Celery, committed: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean_files = celery.tasks[Job.COURSEWORK_CLEAN_FILES]
    files, now = Files(str(tmp_path / "files")), datetime.now(UTC)

    @contextmanager
    def unit_of_work() -> Iterator[Session]:
        with db.transaction(committed) as session:
            yield session

    monkeypatch.setattr(process, "unit_of_work", unit_of_work)
    monkeypatch.setattr(process, "files", lambda: files)
    with db.transaction(committed) as session:
        room = make_class(session, now)
        activity = find_activity(session, room.cohort).id
        kept = attach(session, room.author, activity, now, files=files)
        removed = attach(session, room.author, activity, now, make_pdf(), files=files)
        remove_attachment(session, actor_of(session, room.author), removed.id, now=now)
    store(make_pdf(words=b"% never got its row"), files=files)
    clean_files.run()
    assert len(list(files.walk())) == 4
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + KEPT + timedelta(minutes=1))
    clean_files.run()
    assert {one.key for one in files.walk()} == {kept.storage_key, kept.preview_key}
    with db.reading(committed) as session:
        assert session.scalars(sa.select(Attachment.id)).all() == [kept.id]

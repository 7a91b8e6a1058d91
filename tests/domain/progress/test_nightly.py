"""Work of the night is not cut off after the seconds that a page may take."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from peergang.core.clock import local_date
from peergang.progress.actions import snapshot
from peergang.progress.actions.evaluating import evaluate_all
from peergang.progress.actions.snapshot import keep_history, make_up_snapshot, take_snapshot
from peergang.progress.actions.telling import tell_contacts
from peergang.progress.models import SnapshotDay

pytestmark = pytest.mark.database

DAY = timedelta(days=1)


def make_up(session: Session, *, now: datetime) -> None:
    make_up_snapshot(session, local_date(now - DAY), now=now)


@pytest.mark.parametrize("job", [take_snapshot, make_up, tell_contacts, evaluate_all])
def test_it_takes_the_time_it_needs(session: Session, now: datetime, job: Callable[..., object]) -> None:
    session.execute(text("SET LOCAL statement_timeout = '30s'"))
    job(session, now=now)
    assert session.scalar(text("SHOW statement_timeout")) == "0"


def test_a_day_that_cannot_be_made_up_for_keeps_nobody_from_thinning(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    thinned: list[object] = []
    for ago in (120, 119, 2):
        session.add(SnapshotDay(day=local_date(now - ago * DAY), taken_at=now))
    session.commit()
    refuse = partial(_raise, OperationalError("", {}, Exception()))
    monkeypatch.setattr(snapshot, "make_up_snapshot", refuse)
    monkeypatch.setattr(snapshot, "thin_week", lambda _session, week: thinned.append(week))
    bind = session.get_bind()
    assert isinstance(bind, Connection)
    with pytest.raises(OperationalError):
        keep_history(bind, now=now)
    assert len(thinned) == 1


def _raise(error: Exception, *_: object, **__: object) -> None:
    raise error

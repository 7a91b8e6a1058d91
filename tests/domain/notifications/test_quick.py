"""The statement whose answer is collected later."""

import time
from datetime import datetime

import psycopg
import pytest
import sqlalchemy as sa

from peergang.core.db import transaction
from peergang.notifications.actions import claims
from peergang.notifications.models import Notice
from peergang.notifications.rules import NoticeState
from tests.factories.identity import make_user
from tests.factories.notifications import make_notice

pytestmark = pytest.mark.committed


def claim(engine: sa.Engine, now: datetime, number: int) -> tuple[str, list[claims.Claimed]]:
    with transaction(engine) as session:
        for _ in range(number):
            make_notice(session, make_user(session), now)
    with transaction(engine) as session:
        return claims.claim_due(session, "one", now=now)


def sent(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(
            sa.select(sa.func.count()).where(Notice.state == "sent").select_from(Notice)
        ).scalar_one()


def test_a_record_is_on_its_way_before_anybody_asks_for_its_answer(
    committed: sa.Engine, now: datetime
) -> None:
    token, rows = claim(committed, now, 3)
    with claims.recording(committed, token) as recorder:
        for row in rows:
            recorder.finish([row.id], NoticeState.SENT, now=now)
        for _ in range(3000):
            if sent(committed) == 3:
                break
            time.sleep(0.02)
        assert sent(committed) == 3


def test_what_went_wrong_is_not_lost(committed: sa.Engine, now: datetime) -> None:
    token, (row,) = claim(committed, now, 1)
    with pytest.raises(psycopg.errors.CheckViolation), claims.recording(committed, token) as recorder:
        recorder.finish([row.id], "no such state", now=now)  # type: ignore[arg-type]

    def go_on() -> None:
        with claims.recording(committed, token) as recorder:
            recorder.finish([row.id], "no such state", now=now)  # type: ignore[arg-type]
            recorder.finish([row.id], NoticeState.SENT, now=now)

    with pytest.raises(psycopg.errors.CheckViolation):
        go_on()
    assert sent(committed) == 0


def test_a_database_that_goes_away_is_noticed(committed: sa.Engine, now: datetime) -> None:
    token, rows = claim(committed, now, 2)
    everybody = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )

    def lose_it() -> None:
        with claims.recording(committed, token) as recorder:
            recorder.finish([rows[0].id], NoticeState.SENT, now=now)
            recorder.collect()
            with committed.connect() as connection:
                connection.execute(everybody)
            recorder.finish([rows[1].id], NoticeState.SENT, now=now)

    with pytest.raises((psycopg.Error, sa.exc.DBAPIError)):
        lose_it()
    committed.dispose()
    assert sent(committed) == 1


def test_connections_come_back_as_they_were(committed: sa.Engine, now: datetime) -> None:
    for _ in range(5):
        token, rows = claim(committed, now, 1)
        with claims.recording(committed, token) as recorder:
            recorder.finish([rows[0].id], NoticeState.SENT, now=now)
    assert sent(committed) == 5

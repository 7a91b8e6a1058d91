"""The statement whose answer is collected later."""

import time
from datetime import datetime

import psycopg
import pytest
import sqlalchemy as sa

from peergang.core.db import transaction
from peergang.notifications.actions import claims
from peergang.notifications.actions.recording import recording
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


def soon_sent(engine: sa.Engine, number: int) -> int:
    """How many are recorded as sent, once it is `number` or was not within a minute."""
    for _ in range(3000):
        if sent(engine) == number:
            break
        time.sleep(0.02)
    return sent(engine)


def test_a_record_is_on_its_way_before_anybody_asks_for_its_answer(
    committed: sa.Engine, now: datetime
) -> None:
    token, rows = claim(committed, now, 3)
    with recording(committed, token) as recorder:
        for row in rows:
            recorder.finish([row.id], NoticeState.SENT, now=now)
        assert soon_sent(committed, 3) == 3


def test_what_is_known_is_recorded_when_the_run_ends_early(committed: sa.Engine, now: datetime) -> None:
    token, rows = claim(committed, now, 3)

    def break_off() -> None:
        with recording(committed, token) as recorder:
            for row in rows:
                recorder.finish([row.id], NoticeState.SENT, now=now)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert sent(committed) == 3


def test_different_results_do_not_mix(committed: sa.Engine, now: datetime) -> None:
    token, rows = claim(committed, now, 4)
    with recording(committed, token) as recorder:
        for number, row in enumerate(rows):
            state = NoticeState.FAILED if number == 2 else NoticeState.SENT
            recorder.finish([row.id], state, now=now, reason='550 "no", {nobody}' if number == 2 else "")
    with committed.connect() as connection:
        found = {
            row.id: (row.state, row.reason)
            for row in connection.execute(sa.select(Notice.id, Notice.state, Notice.reason))
        }
    failed = rows[2].id
    assert found == {row.id: ("sent", "") for row in rows} | {failed: ("failed", '550 "no", {nobody}')}


def test_what_went_wrong_is_not_lost(committed: sa.Engine, now: datetime) -> None:
    token, (row,) = claim(committed, now, 1)
    with pytest.raises(psycopg.errors.CheckViolation), recording(committed, token) as recorder:
        recorder.finish([row.id], "no such state", now=now)  # type: ignore[arg-type]

    def go_on() -> None:
        with recording(committed, token) as recorder:
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
        with recording(committed, token) as recorder:
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
        with recording(committed, token) as recorder:
            recorder.finish([rows[0].id], NoticeState.SENT, now=now)
    assert sent(committed) == 5

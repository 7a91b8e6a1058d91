"""Connections: no personal data in errors, limits on waiting, and a database that was restarted."""

import logging
import traceback
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from peergang.core import connections
from peergang.core.db import make_engine, reading
from peergang.core.embedded.postgres import start_postgres

MARKER = "marker-7f3a91"


def _everything_said(error: BaseException, caplog: pytest.LogCaptureFixture) -> str:
    return str(error) + "".join(traceback.format_exception(error)) + caplog.text


def test_an_error_never_quotes_the_values_of_its_statement(
    engine: sa.Engine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with engine.connect() as connection:
        connection.execute(
            sa.text("CREATE TEMPORARY TABLE said (word text PRIMARY KEY CHECK (word <> 'no'))")
        )
        insert = sa.text("INSERT INTO said VALUES (:word)")
        connection.execute(insert, {"word": MARKER})
        with pytest.raises(IntegrityError) as caught:
            connection.execute(insert, {"word": MARKER})
        connection.rollback()
        with pytest.raises(DataError) as wrong:
            connection.execute(sa.text("SELECT cast(:word AS integer)"), {"word": MARKER})
    for one in (caught.value, wrong.value):
        assert MARKER not in _everything_said(one, caplog)
    assert "duplicate key" in str(caught.value)
    assert caught.value.orig.diag.constraint_name == "said_pkey"
    assert "22P02" in str(wrong.value)


def test_nobody_waits_for_a_lock_or_a_statement_for_ever(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        limits = {
            name: connection.scalar(sa.text(f"SHOW {name}")) for name in ("lock_timeout", "statement_timeout")
        }
    assert limits == {"lock_timeout": "5s", "statement_timeout": "30s"}


def test_an_address_where_nobody_answers_is_given_up_soon(engine: sa.Engine) -> None:
    """The limit and the keepalives reach libpq, which ignores those of TCP on a socket in the file system."""
    with engine.connect() as connection:
        info = connection.connection.dbapi_connection.info.get_parameters()
    assert info["connect_timeout"] == "5"
    assert int(info["keepalives_idle"]) <= 60
    nowhere = make_engine("postgresql+psycopg://nobody@127.0.0.1:1/nowhere")
    with pytest.raises(OperationalError), nowhere.connect():
        pass


@pytest.mark.slow
def test_after_a_restart_of_the_database_the_next_one_is_served(tmp_path: Path) -> None:
    """Every connection of the pool is dead then; none of them may cost anybody an error."""
    tmp_path.chmod(0o755)
    server = start_postgres(tmp_path / "postgres", durable=False)
    engine = make_engine(server.url, pool_size=3)
    try:
        with engine.connect() as one, engine.connect() as two:
            assert [one.scalar(sa.text("SELECT 1")), two.scalar(sa.text("SELECT 1"))] == [1, 1]
        server.stop()
        server = start_postgres(tmp_path / "postgres", durable=False)
        for _ in range(3):
            with reading(engine) as session:
                assert session.scalar(sa.text("SELECT 1")) == 1
    finally:
        engine.dispose()
        server.stop()


def test_a_healthy_connection_costs_no_extra_round_trip(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An engine of its own: connections that other tests left may have rested too long already.
    own = make_engine(engine.url.render_as_string(hide_password=False), pool_size=1)
    asked: list[str] = []
    try:
        with own.connect():
            pass
        monkeypatch.setattr(psycopg.Connection, "execute", lambda _, query: asked.append(query))
        for _ in range(5):
            with own.connect() as connection:
                connection.scalar(sa.text("SELECT 1"))
        assert asked == []
        monkeypatch.setattr(connections, "IDLE", 0.0)
        with own.connect() as connection:
            connection.scalar(sa.text("SELECT 1"))
        assert len(asked) == 1
    finally:
        own.dispose()

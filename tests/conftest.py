"""Fixtures for every test: one embedded PostgreSQL per process, and an outer transaction that each test rolls back."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine
from alembic import command
from alembic.config import Config
from celery import Celery
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.core import jobs
from peergang.core.config import Settings, load_settings
from peergang.core.db import make_engine
from peergang.core.embedded import RedisServer, Server, temporary_postgres, temporary_redis
from peergang.core.mail import MemoryTransport
from peergang.identity.models import User
from peergang.tables import load_metadata
from tests.counting import counting
from tests.examples import load_profile
from tests.factories.files import files_folder
from tests.factories.identity import sign_in_session
from tests.ground import Ground
from tests.keeping import keep_prepared
from tests.moment import NOW
from tests.plans import force_plans

load_profile()

MOMENT = os.environ.get("PEERGANG_TEST_NOW", "")
"""Such as 2026-12-31T23:59:58, on the clock in Amsterdam: every test begins at that moment, to find those that only hold on
some days or hours. Empty means now.
"""
if MOMENT:
    _travel = partial(
        time_machine.travel,
        datetime.fromisoformat(MOMENT).replace(tzinfo=ZoneInfo("Europe/Amsterdam")).astimezone(UTC),
    )
    # Also for what modules read while they are collected.
    _travel().start()

    @pytest.fixture(autouse=True)
    def moment() -> Iterator[None]:
        with _travel():
            yield


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark by what a test uses, so that nobody has to remember it: `make fast` leaves both groups out. A journey in a
    browser gets a second chance where the plug-in for that is there (docs/decisions/0050-a-second-chance.md).
    """
    second_chance = config.pluginmanager.hasplugin("rerunfailures")
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if names & {"postgres", "redis_server"}:
            item.add_marker(pytest.mark.database)
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            if second_chance:
                item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_collection_finish() -> None:
    """The application and all tests are a million objects that stay: looking through them for garbage again and again took a
    twelfth of all time. What tests leave is still found, less often.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    with temporary_postgres() as server:
        force_plans(server.url)
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    with temporary_redis() as server:
        yield server


@pytest.fixture(scope="session")
def engine(postgres: Server) -> Iterator[sa.Engine]:
    """The migrated database of this process."""
    engine = make_engine(postgres.url, application="tests")
    config = Config("alembic.ini")
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
    engine.dispose()
    keep_prepared(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def celery(tmp_path_factory: pytest.TempPathFactory) -> Celery:
    """The application as a worker sees it; no broker is asked anything. It is told its settings once in a process, so
    whoever touches a task here asks for this first.
    """
    from workers import process
    from workers.app import app

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "PEERGANG_DATABASE_URL", "postgresql+psycopg:///nowhere")
        patch.setitem(os.environ, "PEERGANG_REDIS_URL", "redis://127.0.0.1:1/0")
        patch.setitem(os.environ, "PEERGANG_VAR", str(tmp_path_factory.mktemp("var")))
        process.settings.cache_clear()
        app.loader.import_default_modules()
        assert app.conf.broker_url == "redis://127.0.0.1:1/0"
    process.settings.cache_clear()
    return app


@pytest.fixture(scope="module")
def ground(engine: sa.Engine) -> Iterator[Ground]:
    """For fixtures of a module that make once what all its tests begin with (tests/ground.py)."""
    with engine.connect() as connection:
        outer = connection.begin()
        yield Ground(connection)
        outer.rollback()


@pytest.fixture
def connection(request: pytest.FixtureRequest, engine: sa.Engine) -> Iterator[sa.Connection]:
    """The one connection of a test; everything on it disappears afterwards."""
    if "ground" in request.fixturenames:
        connection = request.getfixturevalue("ground").connection
        savepoint = connection.begin_nested()
        yield connection
        if savepoint.is_active:
            savepoint.rollback()
        return
    with engine.connect() as connection:
        outer = connection.begin()
        yield connection
        if outer.is_active:
            outer.rollback()


@pytest.fixture
def session(connection: sa.Connection) -> Iterator[Session]:
    with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
        yield session


@pytest.fixture
def counted(
    session: Session, connection: sa.Connection
) -> Callable[[], AbstractContextManager[SimpleNamespace]]:
    """`with counted() as found:` and then `found.number`; nothing that was read before helps inside the block."""

    @contextmanager
    def count() -> Iterator[SimpleNamespace]:
        session.flush()
        session.expire_all()
        with counting(connection) as statements:
            found = SimpleNamespace(number=0, statements=statements)
            yield found
            session.flush()
        found.number = len(statements)

    return count


def empty_tables(engine: sa.Engine) -> None:
    """A hundred times quicker than TRUNCATE, which makes new files for every table, also for those with nothing in it.

    Without triggers, because they keep facts from being deleted.
    """
    tables = [f'"{table.name}"' for table in load_metadata().sorted_tables]
    found = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in tables)
    with engine.begin() as connection:
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        for name in connection.scalars(sa.text(found)).all():
            connection.execute(sa.text(f"DELETE FROM {name}"))


@pytest.fixture
def committed(engine: sa.Engine) -> Iterator[sa.Engine]:
    """For tests about locks and several connections: real commits, and every table emptied afterwards."""
    yield engine
    empty_tables(engine)


@pytest.fixture(scope="session")
def settings(postgres: Server) -> Settings:
    return load_settings(
        {
            "PEERGANG_ENV": "test",
            "PEERGANG_DATABASE_URL": postgres.url,
            "PEERGANG_REDIS_URL": "redis://127.0.0.1:1/0",
            "PEERGANG_PUBLIC_URL": "http://peergang.test",
            "PEERGANG_MAIL_URL": "memory:",
            "PEERGANG_FILES_URL": files_folder(),
        }
    )


@pytest.fixture(scope="session")
def whole_app(settings: Settings, engine: sa.Engine) -> Flask:
    from peergang.app import create_app

    return create_app(settings, engine)


@pytest.fixture
def app(whole_app: Flask, connection: sa.Connection) -> Flask:
    """The application on the connection of this test, without CSRF (tests/web/test_csrf.py switches it on)."""
    whole_app.extensions["peergang_bind"] = connection
    whole_app.config["WTF_CSRF_ENABLED"] = False
    jobs.use_dispatcher(None)
    return whole_app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def client_as(app: Flask, session: Session) -> Callable[[User], FlaskClient]:
    """A browser in which `user` is signed in. Make all records first: the client sees what the session flushed."""

    def make(user: User) -> FlaskClient:
        token = sign_in_session(session, user)
        session.commit()
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return client

    return make


@pytest.fixture
def mailbox() -> Iterator[list]:
    MemoryTransport.sent.clear()
    yield MemoryTransport.sent
    MemoryTransport.sent.clear()


@pytest.fixture
def count_queries(engine: sa.Engine) -> Iterator[Callable[[], list[str]]]:
    """A list of every statement sent to the database since it was last cleared; savepoints are not counted."""
    statements: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK TO")):
            statements.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    yield lambda: statements
    sa.event.remove(engine, "before_cursor_execute", note)

"""The database: declarative base, engine, sessions, and `transaction()`, the only place that commits."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import date, datetime
from functools import lru_cache
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Engine,
    MetaData,
    Row,
    Uuid,
    cast,
    create_engine,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from peergang.core import connections, jobs

NAMING = {
    "ix": "ix__%(table_name)s__%(column_0_N_name)s",
    "uq": "uq__%(table_name)s__%(column_0_N_name)s",
    "ck": "ck__%(table_name)s__%(constraint_name)s",
    "fk": "fk__%(table_name)s__%(column_0_N_name)s",
    "pk": "pk__%(table_name)s",
}


AnyRow = Row[*tuple[Any, ...]]
"""A row of named columns, which the docstring of its query lists."""

Rows = Sequence[AnyRow]
"""What a list query gives."""


AMSTERDAM = "Europe/Amsterdam"
"""The zone in which days are counted, as PostgreSQL knows it."""


def local_day(moment: Any) -> ColumnElement[date]:
    """The calendar day in Amsterdam at `moment`, which may be computed from columns; clock.local_date for the database."""
    return cast(func.timezone(AMSTERDAM, moment), Date)


class Base(DeclarativeBase):
    """Base of every table. Times are timestamptz without exception; ids are random UUIDs, so links are opaque."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        UUID: Uuid(),
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
        dict[str, str]: JSONB,
    }


class HasId:
    """Mixin: an opaque primary key, made here so that it is known before the row is written."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, server_default=func.gen_random_uuid())


def make_engine(url: str, *, pool_size: int = 5, application: str = "peergang") -> Engine:
    """An engine on `url`. Prepared statements stay on; connections.py says what every connection is told."""
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=5,
        # connections.py sees without a round trip whether a connection lives.
        pool_pre_ping=False,
        pool_recycle=1800,
        # What people wrote must not end up in a log because a statement failed.
        hide_parameters=True,
        connect_args={"application_name": application, **connections.ARGUMENTS},
    )
    connections.watch(engine)
    return engine


Bind = Engine | Connection
"""Where sessions come from: the engine, or in a test the one connection whose outer transaction is rolled back."""


@lru_cache(maxsize=4)
def _for_reading(engine: Engine) -> Engine:
    """The same engine in AUTOCOMMIT. Kept, because every call of `execution_options` makes a new one with new caches."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def apart(session: Session) -> Iterator[None]:
    """Let an error of the database end what is asked inside and nothing around it. That takes a savepoint, but not in a session
    for reading: there every statement stands by itself, and a savepoint would be refused.
    """
    driver: Any = session.connection().connection.driver_connection
    with nullcontext() if driver.autocommit else session.begin_nested():
        yield


@contextmanager
def reading(bind: Bind) -> Iterator[Session]:
    """A session for a page that only reads: AUTOCOMMIT saves the BEGIN and the ROLLBACK of every request."""
    source = _for_reading(bind) if isinstance(bind, Engine) else bind
    with Session(source, autoflush=False, join_transaction_mode="create_savepoint") as session:
        # It has one for as long as it lasts; to ask it which costs as much as a small statement.
        session.info["connection"] = session.connection()
        try:
            yield session
        finally:
            del session.info["connection"]


@contextmanager
def dry_run(bind: Bind) -> Iterator[Session]:
    """A session in which the database refuses every write, whoever tries, and of which nothing stays."""
    with Session(bind, autoflush=False, join_transaction_mode="create_savepoint") as session:
        session.execute(text("SET TRANSACTION READ ONLY"))
        # Each of its statements is asked once; compiling one takes longer than it runs.
        session.execute(text("SET LOCAL jit = off"))
        yield session


@contextmanager
def transaction(bind: Bind) -> Iterator[Session]:
    """One unit of work: commit at the end, roll back on an exception, and only after the commit enqueue the jobs.

    Entry points alone open one (a POST view, a task, a command). They never nest.
    """
    session = Session(bind, expire_on_commit=False, join_transaction_mode="create_savepoint")
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        session.info.pop("jobs", None)
        raise
    finally:
        session.close()
    jobs.dispatch_pending(session.info)

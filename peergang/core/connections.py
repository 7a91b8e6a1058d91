"""What every connection to the database is told, how a dead one is found out, and what its errors may say."""

import select
import time
from typing import Any

import psycopg
from sqlalchemy import Engine, event, exc
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

ARGUMENTS: dict[str, Any] = {
    "connect_timeout": 5,
    # Of a host that vanished without a goodbye we hear within a minute. On a socket in the file system libpq ignores these.
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "options": "-c timezone=UTC -c statement_timeout=30000 -c lock_timeout=5000 -c random_page_cost=1.1",
}
"""A statement that runs over 30 s, or waits over 5 s for somebody else's lock, is ended by the server. And pages of a table lie
in memory or on a disk without an arm: PostgreSQL, which reckons with an arm, would read all facts for those of one cohort.
"""

IDLE = 30.0
"""Seconds after which a pooled connection is asked whether it still lives before somebody gets it."""

_AWAY = ("08", "53", "57P")
"""Beginnings of SQLSTATE: no connection, no room for one more, and the server is stopping or starting."""


def watch(engine: Engine) -> None:
    """Hand out only connections that live, and keep values out of errors."""
    event.listen(engine, "checkin", _note_time)
    event.listen(engine, "checkout", _refuse_dead)
    event.listen(engine, "handle_error", _forget_values)


def is_away(error: BaseException | None) -> bool:
    """Whether `error` means that the database cannot be reached at all, or has no connection left for us."""
    if isinstance(error, exc.TimeoutError):
        return True
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or state is None or state.startswith(_AWAY)


def _note_time(_: Any, record: ConnectionPoolEntry) -> None:
    record.info["idle_since"] = time.monotonic()


def _refuse_dead(connection: psycopg.Connection[Any], record: ConnectionPoolEntry, _: Any) -> None:
    """A server that stopped has closed our socket, which this machine knows without a round trip: something is there to be
    read, namely the end. Only then, and after a long rest, the server is really asked.

    Raises:
        InvalidatePoolError: the connection is dead; SQLAlchemy drops the whole pool and makes a new one.
    """
    since = record.info.get("idle_since", time.monotonic())
    if time.monotonic() - since < IDLE and not _has_news(connection):
        return
    try:
        autocommit = connection.autocommit
        connection.autocommit = True
        connection.execute("")
        connection.autocommit = autocommit
    except psycopg.Error as error:
        raise InvalidatePoolError from error


def _has_news(connection: psycopg.Connection[Any]) -> bool:
    try:
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN)
        return bool(poll.poll(0))
    except (psycopg.Error, OSError):
        return True


def _forget_values(context: ExceptionContext) -> None:
    """Take what people wrote out of the words of an error. hide_parameters leaves out what we sent; but PostgreSQL itself
    quotes values too: in DETAIL (the key that exists already) and in errors about data ("invalid input: …").
    """
    driver = context.original_exception
    shown = context.sqlalchemy_exception
    if not isinstance(driver, psycopg.Error) or driver.diag.message_primary is None:
        return
    state = driver.sqlstate or ""
    told = f"SQLSTATE {state}" if state.startswith("22") else driver.diag.message_primary
    driver.args = (told,)
    if isinstance(shown, DBAPIError):
        shown.args = (f"({type(driver).__module__}.{type(driver).__name__}) {told}",)

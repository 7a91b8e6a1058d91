"""Counting what goes to the database. Savepoints are the test's own, and are not counted."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, event


@contextmanager
def counting(connection: Connection) -> Iterator[list[str]]:
    """The statements that `connection` runs inside the block."""
    statements: list[str] = []

    def listen(_: object, __: object, statement: str, *___: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            statements.append(statement)

    event.listen(connection, "before_cursor_execute", listen)
    try:
        yield statements
    finally:
        event.remove(connection, "before_cursor_execute", listen)

"""Counting statements on the connection of a test."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import SimpleNamespace

import pytest
import sqlalchemy as sa


@pytest.fixture
def counted(session, connection: sa.Connection) -> Callable[[], AbstractContextManager[SimpleNamespace]]:
    """`with counted() as found:` and then `found.number`; savepoints are not counted."""

    @contextmanager
    def counting() -> Iterator[SimpleNamespace]:
        session.flush()
        session.expire_all()
        found = SimpleNamespace(number=0, statements=[])

        def note(_connection, _cursor, statement, *_more) -> None:
            if "SAVEPOINT" not in statement:
                found.number += 1
                found.statements.append(statement)

        sa.event.listen(connection, "before_cursor_execute", note)
        try:
            yield found
            session.flush()
        finally:
            sa.event.remove(connection, "before_cursor_execute", note)

    return counting

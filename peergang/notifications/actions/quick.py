"""One statement, run over and over, whose answer is collected later: while PostgreSQL records one mail, the next goes out.

psycopg has no such call, so this uses the libpq functions under it. A statement is on its way to the server when `send`
returns, whatever becomes of this process; only its answer waits until the next one is sent, or `collect` is called.
"""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection, errors
from psycopg.pq import ExecStatus

Answer = list[tuple[str | None, ...]]
"""The rows that a statement gives back, in PostgreSQL's own writing."""


class QuickStatement:
    """A prepared statement on a connection in autocommit, of which at most one run is under way."""

    def __init__(self, connection: "Connection[tuple[object, ...]]", name: str, statement: str) -> None:
        self._pgconn = connection.pgconn
        self._name = name.encode()
        self._under_way = False
        self._read(self._pgconn.prepare(self._name, statement.encode()))

    def send(self, values: Sequence[object]) -> None:
        """Run the statement with `values` for $1, $2, …; raises what went wrong with the run before it."""
        self.collect()
        self._pgconn.send_query_prepared(self._name, [str(value).encode() for value in values])
        self._under_way = True

    def collect(self) -> Answer:
        """Wait for the answer of the last run, if there is one under way.

        Raises:
            psycopg.Error: what the database says, or that it is gone.
        """
        answer: Answer = []
        if self._under_way:
            self._under_way = False
            while (result := self._pgconn.get_result()) is not None:
                answer += self._read(result)
        return answer

    def close(self) -> None:
        """Collect, and leave the connection as it was found."""
        self.collect()
        self._read(self._pgconn.exec_(b"DEALLOCATE " + self._name))

    def _read(self, result: Any) -> Answer:
        if result.status == ExecStatus.TUPLES_OK:
            return [
                tuple(_text(result.get_value(row, column)) for column in range(result.nfields))
                for row in range(result.ntuples)
            ]
        if result.status != ExecStatus.COMMAND_OK:
            raise errors.error_from_result(result)
        return []


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode()

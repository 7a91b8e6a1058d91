"""One statement, run over and over, whose answer is collected later: while PostgreSQL records one mail, the next goes out.

psycopg has no such call, so this uses the libpq functions under it. A statement is on its way to the server when `send`
returns, whatever becomes of this process; only its answer waits until the next one is sent, or `collect` is called.
"""

from collections.abc import Sequence

from psycopg import Connection, errors
from psycopg.pq import ExecStatus

NAME = b"peergang_record"


class QuickStatement:
    """A prepared statement on a connection in autocommit, of which at most one run is under way."""

    def __init__(self, connection: "Connection[tuple[object, ...]]", statement: str) -> None:
        self._pgconn = connection.pgconn
        self._under_way = False
        self._check(self._pgconn.prepare(NAME, statement.encode()))

    def send(self, values: Sequence[object]) -> None:
        """Run the statement with `values` for $1, $2, …; raises what went wrong with the run before it."""
        self.collect()
        self._pgconn.send_query_prepared(NAME, [str(value).encode() for value in values])
        self._under_way = True

    def collect(self) -> None:
        """Wait for the answer of the last run, if there is one under way.

        Raises:
            psycopg.Error: what the database says, or that it is gone.
        """
        if not self._under_way:
            return
        self._under_way = False
        while (result := self._pgconn.get_result()) is not None:
            self._check(result)

    def close(self) -> None:
        """Collect, and leave the connection as it was found."""
        self.collect()
        self._check(self._pgconn.exec_(b"DEALLOCATE " + NAME))

    def _check(self, result: object) -> None:
        status = getattr(result, "status", None)
        if status != ExecStatus.COMMAND_OK:
            raise errors.error_from_result(result)  # type: ignore[arg-type]

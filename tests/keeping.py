"""Statements stay prepared from one test to the next, as they do from one request to the next in production.

The driver forgets all it prepared at every ROLLBACK, also at one to a savepoint, because tables may have come and gone. In
tests every request and every test ends in one, so PostgreSQL planned each statement anew: a fifth of all work. Tables stay
here.
"""

import sqlalchemy as sa
from psycopg._preparing import PrepareManager
from sqlalchemy.pool import ConnectionPoolEntry


class _Keeping(PrepareManager):
    """Forgets nothing, and has room for the statements of the whole application."""

    prepare_threshold = 2
    prepared_max = 1000

    def clear(self) -> bool:
        return False


def keep_prepared(engine: sa.Engine) -> None:
    """For all connections that this engine makes from here on."""

    def keep(driver: object, _: ConnectionPoolEntry) -> None:
        setattr(driver, "_prepared", _Keeping())  # noqa: B010 it is private

    sa.event.listen(engine, "connect", keep)

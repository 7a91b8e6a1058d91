"""A PostgreSQL for one benchmark, with settings as a small server has them; the floor runs under the same."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from peergang.core.db import make_engine
from peergang.core.embedded import temporary_postgres

SETTINGS = {
    "shared_buffers": "512MB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "8GB",
}


@contextmanager
def database() -> Iterator[sa.Engine]:
    """An engine on a migrated, empty database that disappears afterwards."""
    with temporary_postgres(SETTINGS) as server:
        engine = make_engine(server.url, application="benchmarks")
        with engine.connect() as connection:
            config = Config("alembic.ini")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
        yield engine
        engine.dispose()


def tidy(engine: sa.Engine) -> None:
    """What the server would have done by itself by tomorrow: statistics, and hint bits."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("SET statement_timeout = 0"))
        connection.execute(sa.text("VACUUM ANALYZE"))

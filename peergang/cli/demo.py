"""`peergang demo fill` and `peergang demo fast-forward`."""

import logging
import time

import click
import structlog
from sqlalchemy.exc import ProgrammingError

from peergang.cli.database import open_database
from peergang.core import clock
from peergang.core.mail import open_transport
from peergang.demo.fast_forward import LONGEST, CannotMove, fast_forward
from peergang.demo.fill import CannotFill, fill_demo

# What is told here stands in the lines of the commands themselves.
QUIET = structlog.make_filtering_bound_logger(logging.WARNING)
NO_TABLES = "This database has no tables yet: run `peergang migrate` and `peergang content load` first."


@click.group()
def demo() -> None:
    """An invented network to look around in, and its future."""
    structlog.configure(wrapper_class=QUIET)


@demo.command()
def fill() -> None:
    """Build the demo's network around the present moment; a second time nothing happens."""
    started = time.monotonic()
    with open_database() as (engine, settings):
        transport = open_transport(settings.mail_url)
        try:
            happened = fill_demo(engine, settings, transport, click.echo, now=clock.now())
        except CannotFill as error:
            raise click.ClickException(str(error)) from error
        except ProgrammingError as error:
            raise click.ClickException(NO_TABLES) from error
        finally:
            transport.close()
    if happened is not None:
        click.echo(f"The demo is filled, in {time.monotonic() - started:.0f} s.")
        for refused, number in happened.refused.items():
            click.echo(f"  refused {number} times: {refused}", err=True)


@demo.command("fast-forward")
@click.option("--weeks", type=click.IntRange(1, LONGEST), default=6, show_default=True, help="How far ahead.")
def fast_forward_command(weeks: int) -> None:
    """Live through the coming weeks, also beside a running `peergang up`, and tell what happened."""
    with open_database() as (engine, settings):
        transport = open_transport(settings.mail_url)
        try:
            fast_forward(engine, settings, transport, click.echo, weeks=weeks)
        except CannotMove as error:
            raise click.ClickException(str(error)) from error
        except ProgrammingError as error:
            raise click.ClickException(NO_TABLES) from error
        finally:
            transport.close()
    click.echo(f"It is now {clock.local(clock.now()):%A %-d %B %Y}.")

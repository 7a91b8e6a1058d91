"""`peergang progress compile`: make all progress anew from the facts, and say what was different."""

import click

from peergang.cli.database import open_engine
from peergang.core import clock
from peergang.progress.actions.full_compile import compile_all


@click.group()
def progress() -> None:
    """Look after the compiled progress."""


@progress.command("compile")
def compile_command() -> None:
    """Compile the progress of every enrolment from the facts; safe to run at any time."""
    with open_engine() as engine:
        result = compile_all(engine, now=clock.now())
    click.echo(
        f"{result.enrolments} enrolments compiled, {result.written} rows written, {result.wrong} of them wrong before."
    )

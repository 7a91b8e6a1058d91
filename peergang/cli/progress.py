"""`peergang progress compile`: make all progress anew from the facts, and say what was different."""

import signal
from contextlib import suppress
from types import FrameType

import click

from peergang.cli.database import open_engine
from peergang.core import clock
from peergang.core.db import transaction
from peergang.core.errors import Conflict
from peergang.core.permissions import SYSTEM
from peergang.progress.actions.full_compile import PART, continue_compile
from peergang.progress.actions.runs import begin_compile, stop_compile
from peergang.progress.rules.runs import Origin, RunState


class _Stopped:
    """Whether somebody asked this command to stop: with Ctrl-C, or as a service manager does. The part goes on to its end."""

    def __init__(self) -> None:
        self.was = False
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.was = True

    def is_not(self) -> bool:
        return not self.was


@click.group()
def progress() -> None:
    """Look after the compiled progress."""


@progress.command("compile")
@click.option(
    "--part", type=click.IntRange(1), default=PART, show_default=True, help="Enrolments in one transaction."
)
def compile_command(part: int) -> None:
    """Compile the progress of every enrolment from the facts; safe to run at any time, and to stop with Ctrl-C.

    When a full compile is going on already, this goes on with that one.
    """
    stopped = _Stopped()
    with open_engine() as engine:
        with transaction(engine) as session:
            run_id = begin_compile(session, SYSTEM, now=clock.now(), origin=Origin.SHELL)
        with click.progressbar(length=1, label="Enrolments", show_pos=True) as bar:

            def tell(done: int, total: int) -> None:
                bar.length = max(1, total)
                bar.update(done - bar.pos)

            result = continue_compile(
                engine, run_id, now=clock.now(), part=part, keep_on=stopped.is_not, tell=tell
            )
        if stopped.was and result.state == RunState.RUNNING:
            with transaction(engine) as session, suppress(Conflict):
                stop_compile(session, SYSTEM, run_id, now=clock.now())
    if result.state == RunState.DONE:
        click.echo(
            f"{result.enrolments} enrolments compiled, {result.written} rows written, {result.wrong} of them wrong before."
        )
    else:
        raise click.ClickException("It was stopped. What was done stays; a next run begins anew.")

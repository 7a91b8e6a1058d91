"""Compiling progress."""

from peergang.core import clock
from peergang.core.jobs import Job
from workers import process
from workers.app import app


@app.task(name=str(Job.PROGRESS_COMPILE_DIRTY))
def compile_dirty() -> None:
    """Compile the enrolments whose facts changed."""
    from peergang.progress.actions.compile import compile_waiting  # beat starts lighter without the features

    compile_waiting(process.engine(), now=clock.now(), keep_on=process.keep_on)


@app.task(name=str(Job.PROGRESS_COMPILE_ALL))
def compile_all() -> None:
    """Compile everything and say where the incremental one disagreed."""
    from peergang.progress.actions.compile import compile_all as act  # as above

    act(process.engine(), now=clock.now())


@app.task(name=str(Job.PROGRESS_SNAPSHOT))
def take_snapshot() -> None:
    """Keep the state at the end of this day."""
    from peergang.progress.actions.snapshot import take_snapshot as act  # as above

    with process.unit_of_work() as session:
        act(session, now=clock.now())

"""Compiling progress."""

from datetime import timedelta
from uuid import UUID

from peergang.core import clock
from peergang.core.jobs import Job
from workers import process
from workers.app import app, send

FULL = timedelta(seconds=90)
"""How long a worker goes on with a full compile before it lets go; the next minute finds it and somebody goes on."""


@app.task(name=str(Job.PROGRESS_COMPILE_DIRTY))
def compile_dirty() -> None:
    """Compile the enrolments whose facts changed, and go on with a full compile that lies still."""
    from peergang.progress.actions.compile import compile_waiting  # beat starts lighter without the features
    from peergang.progress.actions.full_compile import continue_silent

    if compile_waiting(process.engine(), now=clock.now(), keep_on=process.keep_on):
        send(Job.CERTIFICATES_ISSUE, ())
    continue_silent(process.engine(), now=clock.now(), budget=FULL, keep_on=process.keep_on)


@app.task(name=str(Job.PROGRESS_COMPILE_ALL))
def compile_all(run_id: str = "") -> None:
    """Compile everything and keep where the incremental one disagreed: the run that an admin began, or that of this night."""
    from peergang.progress.actions import full_compile as act  # as above

    engine, now, keep_on = process.engine(), clock.now(), process.keep_on
    if run_id:
        act.continue_compile(engine, UUID(run_id), now=now, budget=FULL, keep_on=keep_on)
    else:
        act.compile_all(engine, now=now, budget=FULL, keep_on=keep_on)


@app.task(name=str(Job.PROGRESS_SNAPSHOT))
def take_snapshot() -> None:
    """Keep the state at the end of this day, make up for evenings that were missed, thin what is old."""
    from peergang.progress.actions.snapshot import keep_history  # as above

    keep_history(process.engine(), now=clock.now(), keep_on=process.keep_on)


@app.task(name=str(Job.PROGRESS_TELL_CONTACTS))
def tell_contacts() -> None:
    """Give contacts of institutions the figures of the week that is over."""
    from peergang.progress.actions.telling import tell_contacts as act  # as above

    with process.unit_of_work() as session:
        act(session, now=clock.now())

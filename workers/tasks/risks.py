"""Seeing who asks for attention."""

from peergang.core import clock
from peergang.core.jobs import Job
from workers import process
from workers.app import app


@app.task(name=str(Job.PROGRESS_EVALUATE_MARKED))
def evaluate_marked() -> None:
    """Ask the rules about the cohorts in which something changed."""
    # Imported here, because beat starts lighter without the features.
    from peergang.progress.actions.evaluating import evaluate_marked as act

    with process.unit_of_work() as session:
        act(session, now=clock.now())


@app.task(name=str(Job.PROGRESS_EVALUATE_ALL))
def evaluate_all() -> None:
    """Ask the rules about everybody."""
    from peergang.progress.actions.evaluating import evaluate_all as act  # as above

    with process.unit_of_work() as session:
        act(session, now=clock.now())

"""Cohorts that begin by themselves."""

from peergang.core import clock
from peergang.core.jobs import Job
from workers import process
from workers.app import app


@app.task(name=str(Job.COHORTS_START))
def start_due_cohorts() -> None:
    """Set cohorts whose first day has come to running."""
    from peergang.cohorts.actions.lifecycle import (
        start_due_cohorts as act,
    )  # beat starts lighter without the features

    with process.unit_of_work() as session:
        act(session, now=clock.now())

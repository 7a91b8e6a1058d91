"""What happens to cohorts by itself."""

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


@app.task(name=str(Job.COHORTS_REPAIR_GROUPS))
def repair_groups() -> None:
    """Fill or dissolve peer groups that became too small, and place newcomers."""
    from peergang.cohorts.actions.cleaning import end_abandoned_talks  # as above
    from peergang.cohorts.actions.groups import repair_groups as act

    with process.unit_of_work() as session:
        end_abandoned_talks(session, now=clock.now())
        act(session, now=clock.now())

"""What time does to practice examples."""

from peergang.core import clock
from peergang.core.jobs import Job
from workers import process
from workers.app import app


@app.task(name=str(Job.PRACTICE_REVIEW_DUE))
def mark_review_due() -> None:
    """Say of examples that are a year old that somebody should look at them."""
    from peergang.practice.actions.reviewing import (
        mark_review_due as act,
    )  # beat starts lighter without the features

    with process.unit_of_work() as session:
        act(session, now=clock.now())

"""What is thrown away at night."""

from collections.abc import Callable
from typing import Any

from peergang.core import clock
from peergang.core.jobs import Job
from workers import process
from workers.app import app


@app.task(name=str(Job.CLEANING))
def clean() -> None:
    """Remove what is over: sign-ins, links, roster files, requests nobody decides, choices about no rule, old log lines."""
    from peergang.identity.actions.openings import forget_old_audit  # as below

    with process.unit_of_work() as session:
        for forget in _what_is_over():
            forget(session, now=clock.now())
        forget_old_audit(session, keep_days=process.settings().audit_days, now=clock.now())


def _what_is_over() -> tuple[Callable[..., Any], ...]:
    # Imported here, because beat starts lighter without the features.
    from peergang.cohorts.actions.cleaning import clean_cohorts
    from peergang.identity.actions.cleaning import forget_what_is_over
    from peergang.notifications.actions.cleaning import forget_choices
    from peergang.progress.actions.hours import forget_removed_hours

    return forget_what_is_over, clean_cohorts, forget_choices, forget_removed_hours

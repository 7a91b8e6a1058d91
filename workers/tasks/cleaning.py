"""What is thrown away at night."""

from peergang.core import clock
from peergang.core.jobs import Job
from workers import process
from workers.app import app


@app.task(name=str(Job.CLEANING))
def clean() -> None:
    """Remove what is over: sign-ins, links, roster files, requests nobody decides, choices about no rule, old log lines."""
    # Imported here, because beat starts lighter without the features.
    from peergang.cohorts.actions.cleaning import clean_cohorts
    from peergang.identity.actions import cleaning, openings
    from peergang.notifications.actions.cleaning import forget_choices
    from peergang.progress.actions.hours import forget_removed_hours

    with process.unit_of_work() as session:
        for forget in (cleaning.forget_what_is_over, clean_cohorts, forget_choices):
            forget(session, now=clock.now())
        forget_removed_hours(session, now=clock.now())
        openings.forget_old_audit(session, keep_days=process.settings().audit_days, now=clock.now())

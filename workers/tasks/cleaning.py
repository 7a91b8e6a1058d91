"""What is thrown away at night."""

from peergang.core import clock
from peergang.core.jobs import Job
from workers import process
from workers.app import app


@app.task(name=str(Job.CLEANING))
def clean() -> None:
    """Remove sign-ins, links and roster files of over a month ago, requests nobody decides, choices about rules that are gone,
    and old lines of the log.
    """
    # Imported here, because beat starts lighter without the features.
    from peergang.cohorts.actions.cleaning import clean_cohorts
    from peergang.identity.actions.cleaning import forget_what_is_over
    from peergang.identity.actions.openings import forget_old_audit
    from peergang.notifications.actions.cleaning import forget_choices

    with process.unit_of_work() as session:
        forget_what_is_over(session, now=clock.now())
        clean_cohorts(session, now=clock.now())
        forget_choices(session, now=clock.now())
        forget_old_audit(session, keep_days=process.settings().audit_days, now=clock.now())

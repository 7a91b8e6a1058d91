"""Activities that become complete by the passing of time."""

from peergang.core import clock
from peergang.core.jobs import Job
from workers import process
from workers.app import app


@app.task(name=str(Job.COURSEWORK_COMPLETE_SERVED))
def complete_served_givers() -> None:
    """Complete the feedback activity of who has nobody left to serve; a cohort at a time."""
    from peergang.coursework.actions.by_time import complete_by_time
    from peergang.coursework.queries.served import (
        list_running_cohorts,  # beat starts lighter without the features
    )

    with process.unit_of_work() as session:
        cohorts = list_running_cohorts(session)
    for cohort_id in cohorts:
        with process.unit_of_work() as session:
            complete_by_time(session, cohort_id, now=clock.now())


@app.task(name=str(Job.COURSEWORK_SEND_HELD))
def send_held() -> None:
    """Send the reviews whose ten seconds are over."""
    from peergang.coursework.actions.holding import send_held_reviews  # as above

    with process.unit_of_work() as session:
        send_held_reviews(session, now=clock.now())


@app.task(name=str(Job.COURSEWORK_RELEASE_LEASES))
def release_leases() -> None:
    """Put back what trainers had in hand too long, and spread what waits over who is there."""
    from peergang.coursework.actions.queue_care import balance_reviews, release_leases as act  # as above

    with process.unit_of_work() as session:
        act(session, now=clock.now())
        balance_reviews(session, now=clock.now())


@app.task(name=str(Job.COURSEWORK_BALANCE_REVIEWS))
def balance_reviews() -> None:
    """Suggest what just came in to a trainer."""
    from peergang.coursework.actions.queue_care import balance_reviews as act  # as above

    with process.unit_of_work() as session:
        act(session, now=clock.now())


@app.task(name=str(Job.COURSEWORK_CLEAN_FILES))
def clean_files() -> None:
    """Remove files that were taken away, or have no row, for a month."""
    from peergang.coursework.actions.attachment_cleaning import forget_removed_attachments, remove_orphans

    with process.unit_of_work() as session:
        gone = forget_removed_attachments(session, now=clock.now())
    # Only now: had that failed, the rows would still need their files.
    process.files().delete(gone)
    with process.unit_of_work() as session:
        remove_orphans(session, process.files(), now=clock.now())


@app.task(name=str(Job.COURSEWORK_REPAIR_FEEDBACK))
def repair_feedback() -> None:
    """Ask somebody else for who does not react, and hand on what the group is ready with; a cohort at a time."""
    from peergang.coursework.actions.handing_on import repair_cohort  # as above
    from peergang.coursework.queries.at_work import list_cohorts_at_work

    with process.unit_of_work() as session:
        cohorts = list_cohorts_at_work(session)
    for cohort_id in cohorts:
        with process.unit_of_work() as session:
            repair_cohort(session, cohort_id, now=clock.now())

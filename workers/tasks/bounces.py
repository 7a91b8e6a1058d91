"""Mail that comes back."""

from peergang.core import clock
from peergang.core.jobs import Job
from workers import process
from workers.app import app


@app.task(name=str(Job.NOTICES_READ_MAILBOX))
def read_mailbox() -> None:
    """Read reports, complaints and mails that ask to stop."""
    from peergang.notifications.actions.mailbox import (
        visit_mailbox,
    )  # beat starts lighter without the features

    visit_mailbox(process.engine(), process.settings(), now=clock.now())


@app.task(name=str(Job.NOTICES_FORGET_BOUNCES))
def forget_bounces() -> None:
    """Remove what came back so long ago that it says nothing any more."""
    from peergang.notifications.actions.bounces import forget_old_bounces  # as above

    with process.unit_of_work() as session:
        forget_old_bounces(session, now=clock.now())

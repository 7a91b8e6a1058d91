"""Issuing certificates."""

from peergang.core import clock
from peergang.core.jobs import Job
from workers import process
from workers.app import app


@app.task(name=str(Job.CERTIFICATES_ISSUE))
def issue() -> None:
    """Issue what was earned by those whose progress was compiled of late."""
    from peergang.certificates.actions.issuing import issue_to_all  # beat starts lighter without the features

    name = process.settings().organisation_name
    issue_to_all(process.engine(), name, now=clock.now(), keep_on=process.keep_on)


@app.task(name=str(Job.CERTIFICATES_ISSUE_ALL))
def issue_all() -> None:
    """Look at everybody, also where no fact changed: a meeting that was cancelled may have been the last."""
    from peergang.certificates.actions.issuing import issue_to_all  # as above

    name = process.settings().organisation_name
    issue_to_all(process.engine(), name, now=clock.now(), everybody=True, keep_on=process.keep_on)

"""Tables as files."""

from uuid import UUID

from peergang.core import clock
from peergang.core.jobs import Job
from workers import process
from workers.app import app


@app.task(name=str(Job.REPORTS_MAKE))
def make(report_id: str) -> None:
    """Make one report, unless another worker does."""
    from peergang.reports.actions.making import make_report  # beat starts lighter without the features

    make_report(process.engine(), process.files(), UUID(report_id), clock.now, keep_on=process.keep_on)


@app.task(name=str(Job.REPORTS_SWEEP))
def sweep() -> None:
    """Ask for what people get every week or month, and start a job for each report that waits or whose worker was killed."""
    from peergang.reports.actions.subscribing import ask_for_subscribers  # as above
    from peergang.reports.actions.sweeping import sweep_reports

    with process.unit_of_work() as session:
        ask_for_subscribers(session, now=clock.now())
    with process.unit_of_work() as session:
        sweep_reports(session, now=clock.now())


@app.task(name=str(Job.REPORTS_CLEAN))
def clean() -> None:
    """Remove the files that are a week old, and those that nobody wants any more."""
    from peergang.reports.actions.cleaning import clean_reports  # as above

    clean_reports(process.engine(), process.files(), now=clock.now())

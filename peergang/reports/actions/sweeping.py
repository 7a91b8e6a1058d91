"""What a dead worker or an emptied broker left behind."""

from datetime import datetime

from sqlalchemy.orm import Session

from peergang.core.jobs import Job, enqueue
from peergang.reports.queries.reports import list_unfinished


def sweep_reports(session: Session, *, now: datetime) -> int:
    """Have a worker take up every report that nobody works at. The platform does this twice a minute.

    Returns:
        How many there are.
    """
    found = list_unfinished(session, now)
    for report_id in found:
        enqueue(session, Job.REPORTS_MAKE, report_id)
    return len(found)

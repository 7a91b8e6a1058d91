"""The life of a report: requested → running → ready | failed → expired."""

from datetime import timedelta
from enum import StrEnum


class State(StrEnum):
    """Where a report is. REMOVED: nobody wants it any more, and its row waits for its file to be gone."""

    REQUESTED = "requested"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"
    REMOVED = "removed"


class Format(StrEnum):
    """What kind of file it is; the value is the ending of its name too."""

    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"


class Failure(StrEnum):
    """Why no file came of it; labels/reports.py says it in words."""

    NOT_ALLOWED = "not_allowed"
    GONE = "gone"
    TOO_MUCH = "too_much"
    TOO_LONG = "too_long"
    STOPPED = "stopped"
    BROKEN = "broken"


MEDIA_TYPES: dict[str, str] = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PDF: "application/pdf",
}

KEPT = timedelta(days=7)
"""As long as a file can be downloaded; after that it is gone."""

LISTED = timedelta(days=40)
"""As long as the line about a file that is gone stands in somebody's list: until the next of a monthly one, which tells what
changed since.
"""

LEASE = timedelta(seconds=60)
"""As long as a worker that says nothing is believed to be at work. It says something every few seconds."""

LONGEST = timedelta(seconds=100)
"""A report takes no longer: less than a task may take."""

LEFT_FOR = timedelta(days=1)
"""After this a file that was stored and never became a report's was left behind by a worker that was killed."""

MOST_TRIES = 3
"""So often a report is taken up again after its worker was killed: it may be what kills them."""

LONG = timedelta(minutes=1)
"""Who waited longer than this has gone on with something else, and is told."""

LEFT = timedelta(minutes=5)
"""Who did not fetch a file by then has left the page."""


def percentage(done: int, total: int) -> int:
    """How far a report is; never 100, because then it is ready."""
    return min(99, 100 * done // total) if total > 0 else 0

"""What is kept no longer than it serves: files of participants that were dealt with, and codes that hold no more."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from peergang.cohorts.actions.meeting_check_in import forget_old_codes
from peergang.cohorts.models import RosterImport

KEPT = timedelta(days=30)
"""Long enough to see afterwards which file it was."""


def forget_finished_imports(session: Session, *, now: datetime) -> int:
    """Remove roster files that were dealt with more than KEPT ago, and old codes of meetings; the platform itself does this
    every night.

    Returns:
        How many files were removed.
    """
    forget_old_codes(session, now=now)
    over = delete(RosterImport).where(RosterImport.finished_at < now - KEPT)
    result = session.execute(over, execution_options={"synchronize_session": False})
    return int(result.rowcount)  # type: ignore[attr-defined]

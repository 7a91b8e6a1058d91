"""What is kept no longer than it serves: files of participants that were dealt with, and codes that hold no more."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from peergang.cohorts.actions.join_requests import decline_left_over, forget_declined
from peergang.cohorts.actions.meeting_check_in import forget_old_codes
from peergang.cohorts.models import IntervisionSession, RosterImport
from peergang.cohorts.rules.intervision import ABANDONED_AFTER

KEPT = timedelta(days=30)
"""Long enough to see afterwards which file it was."""


def clean_cohorts(session: Session, *, now: datetime) -> None:
    """Files, codes and requests that served their time; the platform itself does this every night."""
    forget_finished_imports(session, now=now)
    decline_left_over(session, now=now)
    forget_declined(session, now=now)


def forget_finished_imports(session: Session, *, now: datetime) -> int:
    """Remove roster files that were dealt with more than KEPT ago, and old codes of meetings; wipe the names in files that
    nobody finished in that time. The platform itself does this every night.

    Returns:
        How many files were removed.
    """
    forget_old_codes(session, now=now)
    left = update(RosterImport).where(
        RosterImport.finished_at.is_(None), RosterImport.created_at < now - KEPT
    )
    wiped = left.values(rows=[], cells=[], leaving=[], finished_at=now)
    session.execute(wiped, execution_options={"synchronize_session": False})
    over = delete(RosterImport).where(RosterImport.finished_at < now - KEPT)
    result = session.execute(over, execution_options={"synchronize_session": False})
    return int(result.rowcount)  # type: ignore[attr-defined]


def end_abandoned_talks(session: Session, *, now: datetime) -> int:
    """End the intervisions that nobody ended, and forget whose case it was; the platform itself does this every night.

    Returns:
        How many were ended.
    """
    over = (
        update(IntervisionSession)
        .where(IntervisionSession.ended_at.is_(None), IntervisionSession.started_at <= now - ABANDONED_AFTER)
        .values(
            ended_at=now, case_enrolment_id=None, paused_at=None, revision=IntervisionSession.revision + 1
        )
    )
    result = session.execute(over, execution_options={"synchronize_session": False})
    return int(result.rowcount)  # type: ignore[attr-defined]

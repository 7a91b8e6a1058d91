"""Completing feedback for who has nobody to give it to: nobody is stuck for ever."""

from datetime import datetime

from sqlalchemy.orm import Session

from peergang.cohorts.actions.completion import record_completion
from peergang.coursework.queries.without_anybody import list_without_anybody
from peergang.coursework.rules.completion import NOBODY_TO_READ


def complete_without_anybody(session: Session, *, now: datetime) -> int:
    """Complete the feedback activity of who handed in and has nobody to read, three days after it was due. Daily.

    They are alone in their group, or nobody in it handed in for the group to read. What they handed in themselves is the
    evidence: whoever only waits completes nothing. Returns how many facts are new.
    """
    return sum(
        record_completion(
            session,
            one.giver_id,
            one.activity_id,
            completed_at=now,
            evidence_kind=NOBODY_TO_READ,
            evidence_id=one.reflection_id,
        )
        for one in list_without_anybody(session, now)
    )

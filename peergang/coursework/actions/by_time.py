"""Feedback activities that become complete by the passing of time: nobody is stuck for ever."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.cohorts.actions.completion import record_completion
from peergang.coursework.queries.served import list_served_givers
from peergang.coursework.queries.without_anybody import list_without_anybody
from peergang.coursework.rules.completion import NOBODY_TO_READ


def complete_without_anybody(session: Session, *, now: datetime, cohort_id: UUID | None = None) -> int:
    """Complete the feedback activity of who handed in and has nobody to read, three days after it was due. Daily.

    They are alone in their group, or nobody in it handed in for the group to read. What they handed in themselves is the
    evidence: whoever only waits completes nothing. The job does a cohort at a time; without one it is all
    of them. Returns how many facts are new.
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
        for one in list_without_anybody(session, now, cohort_id)
    )


def complete_served_givers(session: Session, *, now: datetime, cohort_id: UUID | None = None) -> int:
    """Complete the feedback activity of everybody in a running cohort for whom nobody is left to serve. Daily.

    Sending completes it too; this finds who became ready without sending: the due date passed, or a mate withdrew,
    chose a smaller audience or left. Whoever gave nothing at all is not among them. The job does a cohort at a time, so
    that it holds none of them for long; without one it is all. Returns how many facts are new.
    """
    return sum(
        record_completion(
            session,
            one.giver_id,
            one.activity_id,
            completed_at=now,
            evidence_kind="peer_feedback",
            evidence_id=one.feedback_id,
        )
        for one in list_served_givers(session, now, cohort_id)
    )


def complete_by_time(session: Session, cohort_id: UUID, *, now: datetime) -> int:
    """Do both for one cohort; the daily job, which holds no two cohorts at once. Returns how many facts are new."""
    served = complete_served_givers(session, now=now, cohort_id=cohort_id)
    return served + complete_without_anybody(session, now=now, cohort_id=cohort_id)

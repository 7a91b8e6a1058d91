"""Whether a cohort goes on with a piece of work: one condition for writing, reading, conversations and feedback.

What was handed in may still be reviewed after closing, so that nobody waits for ever. Reading stays possible for ever, and
so do withdrawing and choosing who reads.
"""

from datetime import datetime

from peergang.cohorts.rules import CohortState
from peergang.core.errors import Conflict

GOING = (CohortState.OPEN, CohortState.RUNNING)
"""The cohorts in which participants do something; an open one as far as its modules have opened."""

ANSWERING = (*GOING, CohortState.CLOSED)
"""The cohorts in which trainers answer: what was handed in before the end is not left lying."""


def why_closed(cohort_state: str, opens_at: datetime | None, now: datetime) -> str:
    """Why nothing new can be done here: `cohort_closed`, `cohort_cancelled` or `module_not_open`; "" when it can.

    `opens_at` is when the work opens; None when the cohort has no date for it.
    """
    if cohort_state == CohortState.CLOSED:
        return "cohort_closed"
    if cohort_state == CohortState.CANCELLED:
        return "cohort_cancelled"
    if cohort_state not in GOING or (opens_at is not None and opens_at > now):
        return "module_not_open"
    return ""


def check_goes_on(cohort_state: str, opens_at: datetime | None, now: datetime) -> None:
    """Refuse what would change a cohort that does not go on.

    Raises:
        Conflict: with the reason of `why_closed`.
    """
    reason = why_closed(cohort_state, opens_at, now)
    if reason:
        raise Conflict(reason)

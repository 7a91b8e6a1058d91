"""What an author is promised when a trainer is asked."""

from datetime import timedelta

from sqlalchemy.orm import Session

from peergang.core.clock import local_date
from peergang.core.jobs import Job, enqueue
from peergang.coursework.models import Reflection
from peergang.coursework.queries.working_days import list_free_days
from peergang.coursework.rules.waiting import promise_for

FURTHEST = timedelta(weeks=12)
"""Further than any row of free days goes, the summer among them."""


def promise_answer(session: Session, reflection: Reflection) -> None:
    """Promise the author an answer, counted from `for_trainer_at`, which the caller just set or emptied: it enters the
    queue anew. Who reviewed an earlier version is asked for the next.

    What is promised stays promised, also when a free period is added later. Whom it is suggested to follows at once
    after the commit.
    """
    since = reflection.for_trainer_at
    reflection.lease_until = reflection.covering_for_id = None
    if since is None:
        reflection.promised_on = None
        return
    today = local_date(since)
    reflection.promised_on = promise_for(since, list_free_days(session, today, today + FURTHEST))
    enqueue(session, Job.COURSEWORK_BALANCE_REVIEWS)

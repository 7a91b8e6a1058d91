"""A mail to oneself, to see where our mail arrives."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.core import jobs
from peergang.core.jobs import Job
from peergang.core.permissions import Actor, require
from peergang.notifications.models import Notice
from peergang.notifications.policy import can_change_preferences
from peergang.notifications.rules import AHEAD, Urgency

RULE = "trial_mail"
EVERY = timedelta(minutes=10)
EXPIRES = timedelta(hours=1)


def ask_trial_mail(session: Session, actor: Actor, user_id: UUID, *, now: datetime) -> bool:
    """Queue a trial mail to oneself; the worker sends it as it sends all the rest.

    Returns:
        Whether it is new: another one within ten minutes is the same one.

    Raises:
        Forbidden: it would go to somebody else.
    """
    require(can_change_preferences(actor, user_id))
    moment = int(now.timestamp()) // int(EVERY.total_seconds())
    values = {
        "rule": RULE,
        "subject_id": user_id,
        "recipient_id": user_id,
        "occurrence": str(moment),
        "planned_at": now,
        "ready_at": now,
        "not_before": now - AHEAD,
        "expires_at": now + EXPIRES,
        "urgency": int(Urgency.ALWAYS),
    }
    statement = insert(Notice).values(values).on_conflict_do_nothing().returning(Notice.id)
    is_new = session.scalar(statement) is not None
    if is_new:
        jobs.enqueue(session, Job.NOTICES_DELIVER)
    return is_new

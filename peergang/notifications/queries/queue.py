"""How long mail waits, and what operators hold back of it."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from peergang.core.db import AnyRow
from peergang.notifications.models import Notice, SendingPause
from peergang.notifications.rules import NoticeState, PauseScope

LATE = timedelta(minutes=15)
"""What should have gone out so long ago is worth a look."""


def is_held() -> ColumnElement[bool]:
    """Whether an operator holds this notice back."""
    return (
        select(SendingPause.id)
        .where(
            or_(
                SendingPause.scope == PauseScope.ALL,
                and_(SendingPause.scope == PauseScope.RULE, SendingPause.key == Notice.rule),
                and_(
                    SendingPause.scope == PauseScope.COHORT,
                    SendingPause.key == cast(Notice.cohort_id, String),
                ),
            )
        )
        .correlate(Notice)
        .exists()
    )


def get_queue(session: Session, now: datetime) -> AnyRow:
    """What waits: (due, held, later, claimed, oldest, late): numbers, and since when the oldest that should go waits, or None.

    A mail waits from the moment that it should have gone: when the matter was due, or later when its reader wants it later
    (quiet hours, a bundle, a full week) or somebody had it sent again. That it was tried, and is tried again in a minute, makes
    it no younger: the server may be away, busy, or refuse it. What is in time by its reader's wishes is `later`, however long
    that is; what an operator holds back is `held`, and nobody's fault. `late` is how much waits longer than LATE.
    """
    queued = Notice.state == NoticeState.QUEUED
    since = func.greatest(Notice.ready_at, Notice.due_from)  # PostgreSQL leaves out what is not there.
    is_due = and_(queued, since <= now, Notice.expires_at > now)
    due = and_(is_due, ~is_held())
    return session.execute(
        select(
            func.count().filter(due).label("due"),
            func.count().filter(and_(is_due, is_held())).label("held"),
            func.count().filter(and_(queued, since > now)).label("later"),
            func.count().filter(Notice.state == NoticeState.CLAIMED).label("claimed"),
            func.min(since).filter(due).label("oldest"),
            func.count().filter(due, since < now - LATE).label("late"),
        ).where(Notice.state.in_((NoticeState.QUEUED, NoticeState.CLAIMED)))
    ).one()


def measure_queue(session: Session, now: datetime) -> dict[str, int]:
    """Figures for Prometheus: how many seconds the oldest that should go waits, how many are due, and how many are held."""
    queue = get_queue(session, now)
    age = int((now - queue.oldest).total_seconds()) if queue.oldest else 0
    return {"oldest_seconds": age, "due": queue.due, "held": queue.held}


def warn_of_delay(session: Session, now: datetime) -> str:
    """A sentence for the operator while mail waits longer than LATE; else an empty one."""
    queue = get_queue(session, now)
    if not queue.late:
        return ""
    minutes = int((now - queue.oldest).total_seconds() // 60)
    return f"mail is late: {queue.late} wait, the oldest {minutes} minutes; see peergang notices queue"

"""Sending again what a human decided about: many messages at once."""

from datetime import datetime

import structlog
from sqlalchemy import update
from sqlalchemy.orm import Session

from peergang.core import jobs
from peergang.core.errors import Invalid
from peergang.core.jobs import Job
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.notifications.models import Notice
from peergang.notifications.policy import can_operate_notices
from peergang.notifications.queries.operating import Selection
from peergang.notifications.rules import UNSETTLED, NoticeState

log = structlog.get_logger(__name__)

AFRESH = {
    "state": NoticeState.QUEUED,
    "reason": "",
    "attempts": 0,
    "finished_at": None,
    "claimed_by": "",
    "claimed_at": None,
    "handed_over_at": None,
}
"""A notice as if it had never been tried; its `mail_id` stays."""


def replay_notices(session: Session, actor: Actor, selection: Selection, *, now: datetime) -> int:
    """Queue these messages again with fresh attempts, in one statement; for admins and the command line.

    Each is checked and judged again before it goes out, and keeps its Message-ID, so that one that did arrive collapses in
    the mailbox. What is over is left alone.

    Returns:
        How many are queued again.

    Raises:
        Forbidden: for anybody else.
        Invalid: {"state": "unknown"}: only what failed or is in doubt can be sent again.
    """
    require(can_operate_notices(actor))
    if selection.state not in UNSETTLED:
        raise Invalid({"state": "unknown"})
    statement = update(Notice).where(selection.matches(now)).values(**AFRESH)
    number = session.connection().execute(statement).rowcount
    if number:
        details = {
            "state": str(selection.state),
            "reason": selection.reason,
            "rule": selection.rule,
            "since": selection.since.isoformat(),
            "number": number,
        }
        record_audit(session, actor, "notices_replayed", "notice", None, details, now=now)
        log.warning("notices_replayed", **details)
        jobs.enqueue(session, Job.NOTICES_DELIVER)
    return number

"""What a human decides about messages that failed or are in doubt: one at a time, or many at once."""

from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from peergang.core import jobs
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.jobs import Job
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.notifications.models import Notice
from peergang.notifications.policy import can_operate_notices, can_settle_notices
from peergang.notifications.queries.operating import Selection
from peergang.notifications.rules import UNSETTLED, NoticeState, Outcome

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


def settle_notice(
    session: Session, actor: Actor, notice_id: UUID, outcome: Outcome, *, now: datetime
) -> None:
    """Say what becomes of an uncertain or failed message; an admin may, after asking its reader or reading the mail
    server's log.

    `sent`: it arrived. `again`: it is queued with fresh attempts and with whatever else was in its message,
    and checked before it goes out. `drop`: let it be.

    Raises:
        Forbidden: the actor is no admin.
        NotFound: there is no such notice.
        Conflict: `notice_state` when it is neither uncertain nor failed; `notice_expired` when it is too late for again.
    """
    require(can_settle_notices(actor))
    notice = session.get(Notice, notice_id, with_for_update=True)
    if notice is None:
        raise NotFound
    if notice.state not in UNSETTLED:
        raise Conflict("notice_state", state=notice.state)
    details = {"was": notice.state, "outcome": str(outcome), "rule": notice.rule}
    log.info("notice_settled", notice=str(notice.id), **details)
    record_audit(session, actor, "notice_settled", "notice", notice.id, details, now=now)
    if outcome is Outcome.SENT:
        notice.state, notice.finished_at = NoticeState.SENT, now
        return
    if outcome is Outcome.DROP:
        notice.state, notice.finished_at, notice.reason = NoticeState.SUPPRESSED, now, "dropped"
        return
    if notice.expires_at <= now:
        raise Conflict("notice_expired")
    # What went out in one message goes again in one: a mailbox that has the first throws the second away.
    together = Notice.mail_id == notice.mail_id if notice.mail_id else Notice.id == notice.id
    session.execute(
        update(Notice)
        .where(together, Notice.state.in_(UNSETTLED), Notice.expires_at > now)
        .values(**AFRESH, due_from=now)
    )
    jobs.enqueue(session, Job.NOTICES_DELIVER)


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
    # With what else was in those messages: each goes again as it was.
    mails = select(Notice.mail_id).where(selection.matches(now), Notice.mail_id.is_not(None))
    whole = and_(Notice.mail_id.in_(mails), Notice.state.in_(UNSETTLED), Notice.expires_at > now)
    statement = update(Notice).where(or_(selection.matches(now), whole)).values(**AFRESH, due_from=now)
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

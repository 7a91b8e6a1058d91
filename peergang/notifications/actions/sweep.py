"""The sweep: what a dead worker, a lost broker or time itself left behind in the ledger."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from peergang.core import jobs
from peergang.core.errors import Conflict, NotFound
from peergang.core.jobs import Job
from peergang.core.permissions import Actor, require
from peergang.notifications.actions.claims import DUE
from peergang.notifications.models import Notice
from peergang.notifications.policy import can_settle_notices
from peergang.notifications.rules import CLAIM_TIMEOUT, UNSETTLED, NoticeState, Outcome

log = structlog.get_logger(__name__)

UNCLAIMED = {"claimed_by": "", "claimed_at": None, "handed_over_at": None}


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep found."""

    expired: int
    taken_back: int
    uncertain: int
    due: bool


def sweep_ledger(session: Session, *, now: datetime) -> Swept:
    """Repair the ledger, and enqueue a delivery when something is due; called by workers twice a minute.

    A claim whose worker was silent for CLAIM_TIMEOUT is queued again when it was never handed over, and becomes uncertain
    when it was: SMTP cannot prove what happened, so a human decides (`settle_notice`).
    """
    expired = _update(
        session,
        Notice.state == NoticeState.QUEUED,
        Notice.expires_at <= now,
        state=NoticeState.EXPIRED,
        finished_at=now,
    )
    silent = (Notice.state == NoticeState.CLAIMED, Notice.claimed_at < now - CLAIM_TIMEOUT)
    taken_back = _update(
        session, *silent, Notice.handed_over_at.is_(None), state=NoticeState.QUEUED, **UNCLAIMED
    )
    uncertain = _update(
        session,
        *silent,
        Notice.handed_over_at < now - CLAIM_TIMEOUT,
        state=NoticeState.UNCERTAIN,
        reason="silent",
        finished_at=now,
    )
    due = session.scalar(text(f"SELECT EXISTS (SELECT FROM notice WHERE {DUE})"), {"now": now})  # noqa: S608 ours
    if due:
        jobs.enqueue(session, Job.NOTICES_DELIVER)
    if taken_back or uncertain:
        log.warning("claims_left_behind", taken_back=taken_back, uncertain=uncertain)
    return Swept(expired, taken_back, uncertain, bool(due))


def settle_notice(
    session: Session, actor: Actor, notice_id: UUID, outcome: Outcome, *, now: datetime
) -> None:
    """Say what becomes of an uncertain or failed message; an admin may, after asking its reader or reading the mail
    server's log.

    `sent`: it arrived. `again`: it is queued with fresh attempts, and checked before it goes out. `drop`: let it be.

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
    log.info("notice_settled", notice=str(notice.id), was=notice.state, outcome=str(outcome))
    if outcome is Outcome.SENT:
        notice.state, notice.finished_at = NoticeState.SENT, now
        return
    if outcome is Outcome.DROP:
        notice.state, notice.finished_at, notice.reason = NoticeState.SUPPRESSED, now, "dropped"
        return
    if notice.expires_at <= now:
        raise Conflict("notice_expired")
    notice.state, notice.finished_at, notice.reason, notice.attempts = NoticeState.QUEUED, None, "", 0
    notice.claimed_by, notice.claimed_at, notice.handed_over_at = "", None, None
    jobs.enqueue(session, Job.NOTICES_DELIVER)


def _update(session: Session, *where: object, **values: object) -> int:
    statement = update(Notice).where(*where).values(**values)  # type: ignore[arg-type]
    result = session.execute(statement.execution_options(synchronize_session=False))
    return int(result.rowcount)  # type: ignore[attr-defined]

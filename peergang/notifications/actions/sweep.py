"""The sweep: what a dead worker, a lost broker or time itself left behind in the ledger."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from peergang.core import jobs
from peergang.core.jobs import Job
from peergang.notifications.actions.ledger_statements import DUE
from peergang.notifications.models import Notice
from peergang.notifications.rules import CLAIM_TIMEOUT, NoticeState

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


def _update(session: Session, *where: object, **values: object) -> int:
    statement = update(Notice).where(*where).values(**values)  # type: ignore[arg-type]
    result = session.execute(statement.execution_options(synchronize_session=False))
    return int(result.rowcount)  # type: ignore[attr-defined]

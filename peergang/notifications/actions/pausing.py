"""Holding mail back and letting it go again: all of it, one rule, or one cohort. What is held back expires as usual."""

from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.core import jobs
from peergang.core.errors import Invalid, NotFound
from peergang.core.jobs import Job
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.notifications.catalog import get_rule
from peergang.notifications.models import SendingPause
from peergang.notifications.policy import can_operate_notices
from peergang.notifications.rules import PauseScope

log = structlog.get_logger(__name__)

WHY_LENGTH = 300


def hold_sending(
    session: Session, actor: Actor, scope: PauseScope, key: str, why: str, *, now: datetime
) -> bool:
    """Send nothing of this until somebody resumes it; for admins and the command line. False when it was held already.

    `key` is empty for everything, the name of a rule, or the id of a cohort, which the caller knows to exist. A message
    that a worker has in its hands at this moment may go out still.

    Raises:
        Forbidden: for anybody else.
        Invalid: {"why": "required" | "too_long"}, {"key": "unknown"}.
    """
    require(can_operate_notices(actor))
    why = " ".join(why.split())
    if not why or len(why) > WHY_LENGTH:
        raise Invalid({"why": "too_long" if why else "required"})
    key = _check_key(scope, key)
    made = session.execute(
        insert(SendingPause)
        .values(scope=scope, key=key, why=why, since=now, by_id=actor.user_id)
        .on_conflict_do_nothing()
        .returning(SendingPause.id)
    ).first()
    if made is None:
        return False
    verb = {"all": "sending_paused", "rule": "rule_paused", "cohort": "cohort_paused"}[scope]
    details = {"key": key, "reason": why}
    record_audit(session, actor, verb, *_subject(scope, key, made.id), details, now=now)
    log.warning("sending_paused", scope=str(scope), key=key)
    return True


def resume_sending(session: Session, actor: Actor, pause_id: UUID, *, now: datetime) -> None:
    """Let go what was held back; for admins and the command line. Everything is judged anew before it goes out.

    Raises:
        Forbidden: for anybody else.
        NotFound: it is not held back (any more).
    """
    require(can_operate_notices(actor))
    gone = session.execute(
        delete(SendingPause)
        .where(SendingPause.id == pause_id)
        .returning(SendingPause.scope, SendingPause.key, SendingPause.since)
    ).first()
    if gone is None:
        raise NotFound
    verb = {"all": "sending_resumed", "rule": "rule_resumed", "cohort": "cohort_resumed"}[gone.scope]
    details = {"key": gone.key, "since": gone.since.isoformat()}
    record_audit(session, actor, verb, *_subject(gone.scope, gone.key, pause_id), details, now=now)
    log.info("sending_resumed", scope=gone.scope, key=gone.key)
    jobs.enqueue(session, Job.NOTICES_DELIVER)


def _subject(scope: str, key: str, pause_id: UUID) -> tuple[str, UUID]:
    """What the line in the log is about: the cohort, so that it is found by its name, else the pause."""
    return ("cohort", UUID(key)) if scope == PauseScope.COHORT else ("sending_pause", pause_id)


def _check_key(scope: PauseScope, key: str) -> str:
    if scope == PauseScope.ALL:
        return ""
    try:
        return get_rule(key).name if scope == PauseScope.RULE else str(UUID(key))
    except (NotFound, ValueError):
        raise Invalid({"key": "unknown"}) from None

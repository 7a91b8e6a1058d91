"""Putting messages away whose matter was finished elsewhere, so that the bell counts what is still news."""

from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from peergang.core.db import AnyRow, apart
from peergang.identity.models import SignInSession
from peergang.notifications.actions.glance import only_reading, read_states, rules_on_site
from peergang.notifications.catalog import Claim, Rule
from peergang.notifications.models import Notice
from peergang.notifications.queries.inbox import stands_by_now
from peergang.notifications.rules import Kind, NoticeState
from peergang.notifications.rules.inbox import Glance

log = structlog.get_logger(__name__)

ONLINE = timedelta(hours=1)
"""Who did something so recently may be looking at the bell."""

MOST = 5000
"""So many messages are looked at in one go, the newest first."""

_WAITING = (NoticeState.QUEUED, NoticeState.CLAIMED)


def settle_messages(session: Session, *, now: datetime, everybody: bool = False) -> int:
    """Count messages as read whose matter is done, read or over; those of `everybody`, else of who is online.

    What waits to be mailed is left to the delivery, which asks the rule itself and notes why a mail did not go; so is what
    is about an account. A rule that raises puts nothing away.

    Returns:
        How many were put away.
    """
    by_rule: dict[str, list[AnyRow]] = defaultdict(list)
    for row in _unread(session, now, everybody):
        by_rule[row.rule].append(row)
    finished = [
        one for name, rows in sorted(by_rule.items()) for one in _finished(session, _rules()[name], rows, now)
    ]
    if finished:
        # In the order of their ids, as everybody else who locks several.
        rows = select(Notice.id).where(Notice.id.in_(finished)).order_by(Notice.id).with_for_update()
        ids = session.scalars(rows).all()
        done = update(Notice).where(Notice.id.in_(ids), Notice.read_at.is_(None)).values(read_at=now)
        session.execute(done, execution_options={"synchronize_session": False})
    return len(finished)


def _rules() -> dict[str, Rule]:
    return {name: rule for name, rule in rules_on_site().items() if rule.kind is not Kind.ACCOUNT}


def _unread(session: Session, now: datetime, everybody: bool) -> list[AnyRow]:
    found = select(Notice.id, Notice.rule, Notice.subject_id, Notice.recipient_id, Notice.occurrence).where(
        *stands_by_now(now, _rules()), Notice.read_at.is_(None), Notice.state.not_in(_WAITING)
    )
    if not everybody:
        online = select(SignInSession.user_id).where(SignInSession.last_used_at > now - ONLINE)
        found = found.where(Notice.recipient_id.in_(online))
    return list(session.execute(found.order_by(Notice.ready_at.desc(), Notice.id).limit(MOST)).all())


def _finished(session: Session, rule: Rule, rows: list[AnyRow], now: datetime) -> list[UUID]:
    claims = [Claim(row.id, row.subject_id, row.recipient_id, row.occurrence) for row in rows]
    try:
        with only_reading(session), apart(session):
            states = read_states(session, rule, claims, now)
    except Exception:
        log.exception("rule_failed_on_settling", rule=rule.name, notices=len(claims))
        return []
    return [claim.id for claim in claims if states.get(claim.id, Glance.OVER) is not Glance.OPEN]

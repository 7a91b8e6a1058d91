"""Rules that are tried: who would get what now. These read what a rule would plan, and write nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Integer,
    Select,
    String,
    and_,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from peergang.core.db import Rows
from peergang.identity.models import User
from peergang.notifications.models import Notice
from peergang.notifications.rules import NoticeState

DueRows = Select[*tuple[Any, ...]]
"""What a rule's `due` gives: subject_id, recipient_id, occurrence, not_before, expires_at and perhaps more."""

MOST_BLOCKED = 20
"""So many matters of one rule are told of one person; nobody reads further."""

PERSON = (User.given_name, User.name_particle, User.family_name, User.email)
LEDGER = (
    Notice.id.label("notice_id"),
    Notice.state,
    Notice.reason,
    Notice.finished_at,
    Notice.not_before.label("waits_until"),
)


def list_tried(session: Session, rule: str, due: DueRows, now: datetime, *, page: int, size: int) -> Rows:
    """What `due` would tell now, with people and what the ledger knows of it: what has not ended first, by time and name.

    Columns: subject_id, recipient_id, occurrence, not_before, expires_at, given_name, name_particle, family_name, email,
    notice_id, state, reason, finished_at, waits_until, total, open (of all pages: how many have not ended).
    """
    matter = due.subquery("matter")
    is_open = or_(Notice.id.is_(None), Notice.state.in_((NoticeState.QUEUED, NoticeState.CLAIMED)))
    statement = (
        select(
            matter.c.subject_id,
            matter.c.recipient_id,
            matter.c.occurrence,
            matter.c.not_before,
            matter.c.expires_at,
            *PERSON,
            *LEDGER,
            func.count().over().label("total"),
            func.count().filter(is_open).over().label("open"),
        )
        .join(User, User.id == matter.c.recipient_id)
        .outerjoin(
            Notice,
            and_(
                Notice.rule == rule,
                Notice.subject_id == matter.c.subject_id,
                Notice.recipient_id == matter.c.recipient_id,
                Notice.occurrence == matter.c.occurrence,
            ),
        )
        .where(User.deactivated_at.is_(None), matter.c.expires_at > now)
        .order_by(
            is_open.desc(), matter.c.not_before, User.sort_key, matter.c.recipient_id, matter.c.occurrence
        )
        .limit(size)
        .offset((page - 1) * size)
    )
    return session.execute(statement).all()


def list_matters_of(session: Session, user_id: UUID, due: DueRows, standing: DueRows) -> Rows:
    """What a rule has about one person: (kind, subject_id, occurrence, blocked, not_before, expires_at).

    `kind` is 0 for what it would tell now, and 1 for all it knows, with why it is not told in `blocked`.
    """
    now_due, known = due.subquery("now_due"), standing.subquery("known")
    blank = cast(null(), DateTime(timezone=True))
    statement = union_all(
        select(
            literal(0, Integer).label("kind"),
            now_due.c.subject_id,
            cast(now_due.c.occurrence, String).label("occurrence"),
            literal("", String).label("blocked"),
            now_due.c.not_before,
            now_due.c.expires_at,
        )
        .where(now_due.c.recipient_id == user_id)
        .limit(MOST_BLOCKED),
        select(
            literal(1, Integer),
            known.c.subject_id,
            cast(known.c.occurrence, String),
            cast(known.c.blocked, String),
            blank,
            blank,
        )
        .where(known.c.recipient_id == user_id)
        .limit(MOST_BLOCKED),
    )
    return session.execute(statement).all()


def list_notices_of(session: Session, user_id: UUID, since: datetime) -> Rows:
    """What the ledger knows of one person since then: (rule, subject_id, occurrence, state, reason, ready_at, not_before,
    expires_at, finished_at, planned_at), the newest first.
    """
    return session.execute(
        select(
            Notice.rule,
            Notice.subject_id,
            Notice.occurrence,
            Notice.state,
            Notice.reason,
            Notice.ready_at,
            Notice.not_before,
            Notice.expires_at,
            Notice.finished_at,
            Notice.planned_at,
        )
        .where(Notice.recipient_id == user_id, or_(Notice.planned_at > since, Notice.expires_at > since))
        .order_by(Notice.planned_at.desc(), Notice.id)
        .limit(500)
    ).all()


def list_coming(
    session: Session, rule: str, moments: Sequence[DueRows], user_id: UUID, now: datetime
) -> Rows:
    """What a rule would tell one person at several moments, given as what it has due then, without what the ledger holds.

    One statement, whatever their number. Columns: subject_id, occurrence, not_before, expires_at; a matter that is due at
    several moments comes once, as it is the first time.
    """
    parts = []
    for place, due in enumerate(moments):
        matter = due.subquery(f"matter_{place}")
        parts.append(
            select(
                literal(place, Integer).label("place"),
                matter.c.subject_id.label("subject_id"),
                cast(matter.c.occurrence, String).label("occurrence"),
                matter.c.not_before.label("not_before"),
                matter.c.expires_at.label("expires_at"),
            ).where(matter.c.recipient_id == user_id)
        )
    found = union_all(*parts).subquery("found")
    planned = (
        select(Notice.id)
        .where(
            Notice.rule == rule,
            Notice.subject_id == found.c.subject_id,
            Notice.recipient_id == user_id,
            Notice.occurrence == found.c.occurrence,
        )
        .exists()
    )
    statement = (
        select(found.c.subject_id, found.c.occurrence, found.c.not_before, found.c.expires_at)
        .ext(distinct_on(found.c.subject_id, found.c.occurrence))
        .where(~planned, found.c.expires_at > now)
        .order_by(found.c.subject_id, found.c.occurrence, found.c.place)
    )
    return session.execute(statement).all()


def list_waiting(session: Session, user_id: UUID) -> Rows:
    """What waits in the ledger for one person: (id, rule, subject_id, occurrence, urgency, ready_at, not_before, expires_at,
    reason).
    """
    return session.execute(
        select(
            Notice.id,
            Notice.rule,
            Notice.subject_id,
            Notice.occurrence,
            Notice.urgency,
            Notice.ready_at,
            Notice.not_before,
            Notice.expires_at,
            Notice.reason,
        )
        .where(Notice.recipient_id == user_id, Notice.state.in_((NoticeState.QUEUED, NoticeState.CLAIMED)))
        .order_by(Notice.not_before, Notice.id)
        .limit(200)
    ).all()


def list_mailed(session: Session, user_id: UUID, since: datetime, below: int) -> list[datetime]:
    """When somebody was mailed since then, a moment a message, of an urgency below `below`."""
    begun = func.min(Notice.handed_over_at)
    counted = (NoticeState.SENT, NoticeState.CLAIMED, NoticeState.UNCERTAIN)
    rows = session.execute(
        select(begun)
        .where(
            Notice.recipient_id == user_id,
            Notice.mail_id.is_not(None),
            Notice.handed_over_at > since,
            Notice.state.in_(counted),
            Notice.urgency < below,
        )
        .group_by(Notice.mail_id)
    )
    return [moment for (moment,) in rows if moment is not None]

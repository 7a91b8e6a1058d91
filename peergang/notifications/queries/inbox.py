"""Selects about the page with messages: what stands there, and how much of it was not read."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound
from peergang.notifications.models import Notice
from peergang.notifications.rules import NoticeState
from peergang.notifications.rules.inbox import MANY, PAGE, STILL_TRUE

Person = ColumnElement[UUID] | InstrumentedAttribute[UUID] | UUID


def stands(
    person: Person, now: ColumnElement[datetime] | datetime, rules: Collection[str]
) -> tuple[ColumnElement[bool], ...]:
    """What stands among somebody's messages: due by now and of `rules`, whatever happened to its mail, unless the mail was
    held back because the matter was over or they do not want to hear of it at all.
    """
    return (Notice.recipient_id == person, *stands_by_now(now, rules))


def stands_by_now(
    now: ColumnElement[datetime] | datetime, rules: Collection[str]
) -> tuple[ColumnElement[bool], ...]:
    """The same for everybody."""
    return (
        Notice.ready_at <= now,
        Notice.rule.in_(sorted(rules)),
        or_(Notice.state != NoticeState.SUPPRESSED, Notice.reason.in_(sorted(STILL_TRUE))),
    )


def count_unread(person: Person, now: ColumnElement[datetime], rules: Collection[str]) -> ColumnElement[int]:
    """How many of somebody's messages are unread, as a part of another select; it stops counting after MANY."""
    unread = select(Notice.id).where(*stands(person, now, rules), Notice.read_at.is_(None)).limit(MANY + 1)
    if not isinstance(person, UUID):
        unread = unread.correlate(getattr(person, "class_", None) or person.table)
    return select(func.count()).select_from(unread.subquery("unread")).scalar_subquery()


_COLUMNS: tuple[Any, ...] = (
    Notice.id,
    Notice.rule,
    Notice.subject_id,
    Notice.recipient_id,
    Notice.occurrence,
    Notice.ready_at,
    Notice.read_at,
)


def list_messages(
    session: Session,
    user_id: UUID,
    rules: Collection[str],
    *,
    now: datetime,
    unread_only: bool = False,
    number: int = 1,
) -> Rows:
    """One page of somebody's messages, the newest first: (id, rule, subject_id, recipient_id, occurrence, ready_at, read_at,
    total), where total counts them on all pages.
    """
    found = select(*_COLUMNS, func.count().over().label("total")).where(*stands(user_id, now, rules))
    if unread_only:
        found = found.where(Notice.read_at.is_(None))
    page = found.order_by(Notice.ready_at.desc(), Notice.id).limit(PAGE).offset((number - 1) * PAGE)
    return session.execute(page).all()


def get_message(
    session: Session, user_id: UUID, notice_id: UUID, rules: Collection[str], *, now: datetime
) -> AnyRow:
    """One of somebody's messages, with the same columns but the total.

    Raises:
        NotFound: they have no such message.
    """
    found = select(*_COLUMNS).where(*stands(user_id, now, rules), Notice.id == notice_id)
    row = session.execute(found).one_or_none()
    if row is None:
        raise NotFound
    return row

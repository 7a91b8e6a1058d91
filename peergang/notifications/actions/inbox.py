"""The page with messages: reading it, and what its reader does there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from peergang.core import jobs
from peergang.core.clock import local_date
from peergang.core.config import Settings
from peergang.core.errors import NotFound
from peergang.core.i18n import LazyText
from peergang.core.jobs import Job
from peergang.core.permissions import Actor, require
from peergang.notifications.actions.glance import Said, read_words, rules_on_site
from peergang.notifications.catalog import is_superfluous_once_read
from peergang.notifications.models import Notice
from peergang.notifications.policy import can_read_messages
from peergang.notifications.queries import inbox as queries
from peergang.notifications.rules import Kind, NoticeState
from peergang.notifications.rules.inbox import MANY, PAGE, READ


@dataclass(frozen=True, slots=True)
class Message:
    """A message as its reader sees it. `optional` when they may choose about its kind."""

    id: UUID
    rule: str
    ready_at: datetime
    is_read: bool
    said: Said
    reason: LazyText
    optional: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of somebody's messages, by day."""

    days: list[tuple[datetime, list[Message]]]
    total: int
    first: int
    last: int


def select_unread(
    person: ColumnElement[UUID] | InstrumentedAttribute[UUID], now: ColumnElement[datetime]
) -> ColumnElement[int]:
    """How many messages somebody has not read, for the bell: a part of the select that finds who is signed in."""
    return queries.count_unread(person, now, rules_on_site())


def read_inbox(
    session: Session,
    actor: Actor,
    settings: Settings,
    locale: str,
    *,
    unread_only: bool,
    number: int,
    now: datetime,
) -> Inbox:
    """A page of the actor's own messages, the newest first.

    Raises:
        Forbidden: nobody is signed in.
    """
    rows = queries.list_messages(
        session, _reader(actor), rules_on_site(), now=now, unread_only=unread_only, number=number
    )
    said = read_words(session, settings, rows, locale, now=now)
    days: list[tuple[datetime, list[Message]]] = []
    for row in rows:
        rule = rules_on_site()[row.rule]
        message = Message(
            row.id,
            row.rule,
            row.ready_at,
            row.read_at is not None,
            said[row.id],
            rule.reason,
            rule.kind is Kind.REMINDER,
        )
        if not days or local_date(days[-1][0]) != local_date(row.ready_at):
            days.append((row.ready_at, []))
        days[-1][1].append(message)
    start = (number - 1) * PAGE
    return Inbox(days, rows[0].total if rows else 0, start + 1, start + len(rows))


def open_message(
    session: Session, actor: Actor, settings: Settings, locale: str, notice_id: UUID, *, now: datetime
) -> Said:
    """Mark one of the actor's own messages as read, and say what it says now, with the path of what it is about.

    Raises:
        Forbidden: nobody is signed in.
        NotFound: it is not theirs, or does not stand on the page.
    """
    row = queries.get_message(session, _reader(actor), notice_id, rules_on_site(), now=now)
    mark_read(session, [row.id], now=now)
    return read_words(session, settings, [row], locale, now=now)[row.id]


def mark_unread(session: Session, actor: Actor, notice_id: UUID, *, now: datetime) -> None:
    """Let one of the actor's own messages count as unread again. A mail that it made superfluous does not come back.

    Raises:
        Forbidden: nobody is signed in.
        NotFound: it is not theirs, or does not stand on the page.
    """
    row = queries.get_message(session, _reader(actor), notice_id, rules_on_site(), now=now)
    session.execute(update(Notice).where(Notice.id == row.id).values(read_at=None))


def mark_all_read(session: Session, actor: Actor, *, now: datetime) -> int:
    """Mark all the actor's own messages as read; how many they were. `now` is what `undo_mark_all_read` wants to hear.

    Raises:
        Forbidden: nobody is signed in.
    """
    # In the order of their ids, as whoever sends them: two who lock the same rows crosswise would wait for each other.
    unread = (
        select(Notice.id)
        .where(*queries.stands(_reader(actor), now, rules_on_site()), Notice.read_at.is_(None))
        .order_by(Notice.id)
        .with_for_update()
    )
    ids = session.scalars(unread).all()
    mark_read(session, ids, now=now)
    return len(ids)


def undo_mark_all_read(session: Session, actor: Actor, moment: datetime, *, now: datetime) -> int:
    """Take `mark_all_read` at `moment` back, mails that waited included, and give how many messages are unread again.
    Nothing happens to what was read before or after.

    Raises:
        Forbidden: nobody is signed in.
    """
    mine = (Notice.recipient_id == _reader(actor), Notice.read_at == moment)
    session.execute(
        update(Notice)
        .where(
            *mine,
            Notice.state == NoticeState.SUPPRESSED,
            Notice.reason == READ,
            Notice.finished_at == moment,
            Notice.expires_at > now,
        )
        .values(state=NoticeState.QUEUED, reason="", finished_at=None)
    )
    again = session.scalars(update(Notice).where(*mine).values(read_at=None).returning(Notice.id)).all()
    jobs.enqueue(session, Job.NOTICES_DELIVER)
    return len(again)


def mark_read(session: Session, ids: Sequence[UUID], *, now: datetime) -> None:
    """Note that these were read on the site. A mail that still waits is not sent; one that is on its way goes.

    Account mail is sent whatever happens: who took over a browser must not keep its owner from hearing of it. Neither is a
    mail held back that brings a file for the calendar.
    """
    if not ids:
        return
    session.execute(update(Notice).where(Notice.id.in_(ids), Notice.read_at.is_(None)).values(read_at=now))
    session.execute(
        update(Notice)
        .where(
            Notice.id.in_(ids),
            Notice.state == NoticeState.QUEUED,
            Notice.rule.in_(
                sorted(rule.name for rule in rules_on_site().values() if is_superfluous_once_read(rule))
            ),
        )
        .values(state=NoticeState.SUPPRESSED, reason=READ, finished_at=now)
    )


def shown_count(unread: int) -> str:
    """The number in the bell."""
    return f"{MANY}+" if unread > MANY else str(unread)


def _reader(actor: Actor) -> UUID:
    require(can_read_messages(actor))
    if actor.user_id is None:
        raise NotFound
    return actor.user_id

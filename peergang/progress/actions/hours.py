"""Writing down one's own hours, changing and removing them, and taking that back. Everybody their own, nobody else's."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from peergang.core.clock import local_date
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.once import store_once
from peergang.core.permissions import Actor, require
from peergang.progress.models import OwnHours
from peergang.progress.policy import can_change_hours, can_keep_hours
from peergang.progress.rules.hours import FIRST_DAY, MOST_QUARTERS, WORDS_MAX_LENGTH, HoursKind

MOST_ENTRIES = 5000
KEPT = timedelta(days=1)
"""So long what was removed can come back."""


@dataclass(frozen=True, slots=True)
class Hours:
    """What somebody writes down."""

    done_on: date
    kind: str
    words: str
    quarters: int


def add_hours(
    session: Session, actor: Actor, hours: Hours, *, now: datetime, key: UUID | None = None
) -> UUID:
    """Write something down. For everybody who signed in. Gives the entry. The same with the same `key` is one entry.

    Raises:
        Forbidden: for nobody in particular. Conflict: `too_many_entries`.
        Invalid: {"done_on": "missing" | "in_the_future" | "long_ago", "words": "missing" | "long", "kind": "unknown",
            "hours": "quarters"}.
    """
    require(can_keep_hours(actor))
    words = _check(hours, now)
    if (session.scalar(select(func.count()).where(OwnHours.user_id == actor.user_id)) or 0) >= MOST_ENTRIES:
        raise Conflict("too_many_entries")
    entry = OwnHours(
        user_id=actor.user_id,
        done_on=hours.done_on,
        kind=hours.kind,
        words=words,
        quarters=hours.quarters,
        written_at=now,
    )
    return store_once(session, entry, key, but="written_at")


def change_hours(session: Session, actor: Actor, entry_id: UUID, hours: Hours, *, now: datetime) -> None:
    """Change an entry of one's own; what stood there can come back.

    Raises:
        Forbidden: for somebody else's. NotFound: when there is no such entry. Invalid: as `add_hours`.
    """
    entry = _hold(session, actor, entry_id)
    if entry.removed_at is not None:
        raise NotFound
    words = _check(hours, now)
    before = _values(entry)
    entry.done_on, entry.kind, entry.words, entry.quarters = hours.done_on, hours.kind, words, hours.quarters
    if _values(entry) != before:
        entry.previous, entry.written_at = before, now


def remove_hours(session: Session, actor: Actor, entry_id: UUID, *, now: datetime) -> None:
    """Remove an entry of one's own; for a day it can come back. Twice is once.

    Raises:
        Forbidden: for somebody else's. NotFound: when there is no such entry.
    """
    entry = _hold(session, actor, entry_id)
    entry.removed_at = entry.removed_at or now


def take_back_hours(session: Session, actor: Actor, entry_id: UUID, *, now: datetime) -> None:
    """Bring back what was removed, or else what the last change replaced; done twice, that change is there again.

    Raises:
        Forbidden: for somebody else's. NotFound: when there is no such entry, or nothing to bring back.
    """
    entry = _hold(session, actor, entry_id)
    if entry.removed_at is not None:
        entry.removed_at = None
        return
    if entry.previous is None:
        raise NotFound
    before = entry.previous
    entry.previous = _values(entry)
    entry.done_on = date.fromisoformat(before["done_on"])
    entry.kind, entry.words, entry.quarters, entry.written_at = (
        before["kind"],
        before["words"],
        before["quarters"],
        now,
    )


def forget_removed_hours(session: Session, *, now: datetime) -> int:
    """Forget what was removed longer than a day ago; the platform itself does this every night. Gives how many."""
    over = delete(OwnHours).where(OwnHours.removed_at < now - KEPT).returning(OwnHours.id)
    return len(session.scalars(over).all())


def _hold(session: Session, actor: Actor, entry_id: UUID) -> OwnHours:
    entry = session.get(OwnHours, entry_id, with_for_update=True, populate_existing=True)
    if entry is None:
        raise NotFound
    require(can_change_hours(actor, entry.user_id))
    return entry


def _values(entry: OwnHours) -> dict[str, Any]:
    return {
        "done_on": entry.done_on.isoformat(),
        "kind": entry.kind,
        "words": entry.words,
        "quarters": entry.quarters,
    }


def _check(hours: Hours, now: datetime) -> str:
    """The words on one line, once nothing is wrong."""
    words = " ".join(hours.words.split())
    problems: dict[str, str] = {}
    if hours.done_on > local_date(now):
        problems["done_on"] = "in_the_future"
    elif hours.done_on < FIRST_DAY:
        problems["done_on"] = "long_ago"
    if not words:
        problems["words"] = "missing"
    elif len(words) > WORDS_MAX_LENGTH:
        problems["words"] = "long"
    if hours.kind not in set(HoursKind):
        problems["kind"] = "unknown"
    if not 1 <= hours.quarters <= MOST_QUARTERS:
        problems["hours"] = "quarters"
    if problems:
        raise Invalid(problems)
    return words

"""What a pushed message says, sealed for each browser of its reader."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from peergang.core.config import Settings
from peergang.core.db import AnyRow
from peergang.core.web_push import PushKey, seal
from peergang.notifications.actions.glance import Said, read_words, rules_on_site
from peergang.notifications.actions.habits import read_habits
from peergang.notifications.actions.message import split_address
from peergang.notifications.actions.push import make_seen_token, may_ring
from peergang.notifications.queries.push import list_addresses
from peergang.notifications.rules import Urgency
from peergang.notifications.rules.inbox import Glance
from peergang.notifications.rules.push import LONGEST, life_of, topic_of, urgency_of

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message for one browser."""

    notice_id: UUID
    browser: AnyRow
    headers: Mapping[str, str]
    body: bytes


def pack(
    session: Session, settings: Settings, rows: Sequence[AnyRow], now: datetime
) -> tuple[list[Parcel], set[UUID], set[UUID]]:
    """What to send, what is over (read, not true any more, nobody there), and what has to wait: for a quieter moment, for its
    browser, or for a rule that is broken.
    """
    people = {row.recipient_id for row in rows}
    browsers: dict[UUID, list[AnyRow]] = defaultdict(list)
    for browser in list_addresses(session, people, now):
        browsers[browser.user_id].append(browser)
    habits = read_habits(session, people, now=now)
    parcels: list[Parcel] = []
    over, resting = {row.id for row in rows}, set[UUID]()
    for row, said in _read_all(session, settings, rows, browsers, now):
        if said.broken and row.read_at is None:
            # The next release may mend it; what is too late by then is given up.
            over.discard(row.id)
            resting.add(row.id)
            continue
        if row.read_at is not None or said.state is not Glance.OPEN:
            continue
        over.discard(row.id)
        if not may_ring(habits[row.recipient_id], Urgency(row.urgency), now):
            resting.add(row.id)
            continue
        if any(browser.resting for browser in browsers[row.recipient_id]):
            resting.add(row.id)
        parcels += _wrap_all(settings, row, said, browsers[row.recipient_id], now)
    return parcels, over, resting


def _read_all(
    session: Session,
    settings: Settings,
    rows: Sequence[AnyRow],
    browsers: Mapping[UUID, Sequence[AnyRow]],
    now: datetime,
) -> Iterable[tuple[AnyRow, Said]]:
    """The words of every message whose reader can be reached, in their language; none of a rule that is no more."""
    rules = rules_on_site()
    by_locale: dict[str, list[AnyRow]] = defaultdict(list)
    for row in rows:
        if row.rule in rules and browsers.get(row.recipient_id):
            by_locale[browsers[row.recipient_id][0].locale].append(row)
    for locale, mine in by_locale.items():
        said = read_words(session, settings, mine, locale, now=now)
        yield from ((row, said[row.id]) for row in mine)


def _wrap_all(
    settings: Settings, row: AnyRow, said: Said, browsers: Sequence[AnyRow], now: datetime
) -> Iterable[Parcel]:
    """For each browser that may be asked now; one that cannot be sealed for keeps nothing from the others."""
    for browser in browsers:
        if browser.resting:
            continue
        try:
            yield _wrap(settings, row, said, browser, now)
        except Exception:
            log.exception("push_not_sealed", notice=str(row.id))


def _wrap(settings: Settings, row: AnyRow, said: Said, browser: AnyRow, now: datetime) -> Parcel:
    topic = topic_of(row.rule, row.subject_id)
    message = {
        "title": said.words[:LONGEST],
        "body": said.more[:LONGEST],
        "path": said.path,
        "tag": topic,
        "seen": f"/berichten/gezien/{make_seen_token(settings.secret_key, row.id)}",
    }
    contact = settings.push_contact or f"mailto:{split_address(settings.mail_from)[1]}"
    headers = {
        "Authorization": PushKey(settings.push_key).sign(browser.endpoint, contact, now),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(life_of(row.expires_at, now)),
        "Topic": topic,
        "Urgency": urgency_of(row.urgency),
    }
    return Parcel(row.id, browser, headers, seal(message, browser.p256dh, browser.auth))

"""Handing messages to push services: claimed in one transaction, sent in none, recorded in another."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from peergang.core.config import Settings
from peergang.core.db import AnyRow, Bind, transaction
from peergang.core.web_push import Answer, Answered, PushGate, PushKey, seal
from peergang.notifications.actions.glance import Said, read_words
from peergang.notifications.actions.habits import read_habits
from peergang.notifications.actions.message import split_address
from peergang.notifications.actions.push import make_seen_token, may_ring
from peergang.notifications.models import Notice, PushSubscription
from peergang.notifications.queries.push import list_addresses, listens
from peergang.notifications.rules import PushState, Urgency
from peergang.notifications.rules.inbox import Glance
from peergang.notifications.rules.push import (
    BATCH,
    CLAIMED_FOR,
    GIVE_UP,
    LONGEST,
    WITHIN,
    life_of,
    retry_after,
    topic_of,
    urgency_of,
)

log = structlog.get_logger(__name__)

AT_ONCE = 8
"""Push services that are waited for at the same time: one that hangs must not keep everybody's messages."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message for one browser."""

    notice_id: UUID
    browser: AnyRow
    headers: Mapping[str, str]
    body: bytes


def deliver_pushes(
    bind: Bind,
    settings: Settings,
    gate: PushGate,
    *,
    now: datetime,
    keep_on: Callable[[], bool] = lambda: True,
) -> Counter[str]:
    """Push what waits, and count what became of it; for workers. Without a key of its own an installation pushes nothing.

    A worker that dies after sending leaves a claim, and the message goes again: it has the same topic and the same tag, so it
    takes the place of the first.
    """
    counts: Counter[str] = Counter()
    if not settings.push_key:
        return counts
    with transaction(bind) as session:
        forget_ended(session)
        give_up(session, now=now)
    while keep_on():
        with transaction(bind) as session:
            rows = claim_pushes(session, now=now)
        if not rows:
            break
        with transaction(bind) as session:
            parcels, over, resting = _pack(session, settings, rows, now)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = list(
                pool.map(lambda one: gate.post(one.browser.endpoint, one.headers, one.body), parcels)
            )
        with transaction(bind) as session:
            counts += _record(session, rows, list(zip(parcels, answers, strict=True)), over, resting, now)
    return counts


def forget_ended(session: Session) -> None:
    """Forget browsers in which somebody signed out, or whose sign-in was ended from elsewhere."""
    session.execute(
        delete(PushSubscription).where(~listens()), execution_options={"synchronize_session": False}
    )


def give_up(session: Session, *, now: datetime) -> None:
    """Stop trying what is too late to be heard of."""
    late = or_(Notice.expires_at <= now, Notice.ready_at <= now - WITHIN - CLAIMED_FOR)
    session.execute(
        update(Notice).where(Notice.push_state == PushState.QUEUED, late).values(push_state=PushState.FAILED),
        execution_options={"synchronize_session": False},
    )


def claim_pushes(session: Session, *, now: datetime) -> Sequence[AnyRow]:
    """Take a batch of what waits, the longest waiting first. `pushed_at` is the claim; what others hold is stepped over."""
    free = (
        select(Notice.id)
        .where(
            Notice.push_state == PushState.QUEUED,
            or_(Notice.pushed_at.is_(None), Notice.pushed_at <= now - CLAIMED_FOR),
        )
        .order_by(Notice.ready_at, Notice.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    return session.execute(
        update(Notice)
        .where(Notice.id.in_(free))
        .values(pushed_at=now)
        .returning(
            Notice.id,
            Notice.rule,
            Notice.subject_id,
            Notice.recipient_id,
            Notice.occurrence,
            Notice.urgency,
            Notice.expires_at,
            Notice.read_at,
        ),
        execution_options={"synchronize_session": False},
    ).all()


def _pack(
    session: Session, settings: Settings, rows: Sequence[AnyRow], now: datetime
) -> tuple[list[Parcel], set[UUID], set[UUID]]:
    """What to send, what is over (read, not true any more, nobody there), and what has to wait."""
    people = {row.recipient_id for row in rows}
    browsers: dict[UUID, list[AnyRow]] = defaultdict(list)
    for browser in list_addresses(session, people, now):
        browsers[browser.user_id].append(browser)
    habits = read_habits(session, people, now=now)
    parcels: list[Parcel] = []
    over, resting = {row.id for row in rows}, set[UUID]()
    for row, said in _read_all(session, settings, rows, browsers, now):
        if row.read_at is not None or said.state is not Glance.OPEN:
            continue
        over.discard(row.id)
        if not may_ring(habits[row.recipient_id], Urgency(row.urgency), now):
            resting.add(row.id)
            continue
        for browser in browsers[row.recipient_id]:
            if browser.resting:
                resting.add(row.id)
            else:
                parcels.append(_wrap(settings, row, said, browser, now))
    return parcels, over, resting


def _read_all(
    session: Session,
    settings: Settings,
    rows: Sequence[AnyRow],
    browsers: Mapping[UUID, Sequence[AnyRow]],
    now: datetime,
) -> Iterable[tuple[AnyRow, Said]]:
    """The words of every message whose reader can be reached, in their language."""
    by_locale: dict[str, list[AnyRow]] = defaultdict(list)
    for row in rows:
        if browsers.get(row.recipient_id):
            by_locale[browsers[row.recipient_id][0].locale].append(row)
    for locale, mine in by_locale.items():
        said = read_words(session, settings, mine, locale, now=now)
        yield from ((row, said[row.id]) for row in mine)


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


def _record(
    session: Session,
    rows: Sequence[AnyRow],
    answered: Sequence[tuple[Parcel, Answered]],
    over: set[UUID],
    resting: set[UUID],
    now: datetime,
) -> Counter[str]:
    """Write down what became of each message and each browser. Who was reached in one browser was told."""
    said: dict[UUID, set[Answer]] = defaultdict(set)
    for parcel, found in answered:
        said[parcel.notice_id].add(found.answer)
        _record_browser(session, parcel.browser, found, now)
    counts: Counter[str] = Counter()
    states: dict[PushState, list[UUID]] = defaultdict(list)
    for row in rows:
        state = _state(said[row.id], over=row.id in over, waits=row.id in resting)
        counts[str(state)] += 1
        states[state].append(row.id)
    for state, ids in states.items():
        if state is not PushState.QUEUED:
            session.execute(
                update(Notice)
                .where(Notice.id.in_(ids), Notice.push_state == PushState.QUEUED, Notice.pushed_at == now)
                .values(push_state=state),
                execution_options={"synchronize_session": False},
            )
    return counts


def _state(answers: set[Answer], *, over: bool, waits: bool) -> PushState:
    if Answer.TAKEN in answers:
        return PushState.SENT
    if over or answers == {Answer.GONE}:
        return PushState.QUEUED if waits else PushState.GONE
    return PushState.QUEUED if waits or Answer.LATER in answers else PushState.FAILED


def _record_browser(session: Session, browser: AnyRow, found: Answered, now: datetime) -> None:
    this = PushSubscription.id == browser.id
    if found.answer is Answer.TAKEN:
        session.execute(
            update(PushSubscription).where(this).values(last_used_at=now, failures=0, retry_at=None)
        )
        return
    failures = browser.failures + 1
    if found.answer is Answer.GONE or failures >= GIVE_UP:
        session.execute(delete(PushSubscription).where(this))
        return
    log.warning("push_not_taken", status=found.status, answer=str(found.answer), failures=failures)
    wait: timedelta | None = None
    if found.answer is Answer.LATER:
        wait = max(retry_after(failures), found.retry_after or timedelta())
    session.execute(
        update(PushSubscription).where(this).values(failures=failures, retry_at=now + wait if wait else None)
    )

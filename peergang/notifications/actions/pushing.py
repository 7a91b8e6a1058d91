"""Handing messages to push services: claimed in one transaction, sent in none, recorded in another."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from peergang.core.config import Settings
from peergang.core.db import AnyRow, Bind, transaction
from peergang.core.web_push import Answer, Answered, PushGate
from peergang.notifications.actions.packing import Parcel, pack
from peergang.notifications.models import Notice, PushSubscription
from peergang.notifications.queries.push import listens
from peergang.notifications.queries.queue import is_held
from peergang.notifications.rules import PushState
from peergang.notifications.rules.push import (
    BATCH,
    CLAIMED_FOR,
    GIVE_UP,
    WITHIN,
    retry_after,
)

log = structlog.get_logger(__name__)

AT_ONCE = 8
"""Push services that are waited for at the same time: one that hangs must not keep everybody's messages."""


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
        forget_ended(session, now=now)
        give_up(session, now=now)
    while keep_on():
        with transaction(bind) as session:
            rows = claim_pushes(session, now=now)
        if not rows:
            break
        with transaction(bind) as session:
            parcels, over, resting = pack(session, settings, rows, now)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answered = list(zip(parcels, pool.map(partial(_post, gate), parcels), strict=True))
        with transaction(bind) as session:
            counts += _record(session, rows, answered, over, resting, now)
    return counts


def _post(gate: PushGate, parcel: Parcel) -> Answered:
    """Whatever one browser's address makes happen is nothing to the others."""
    try:
        return gate.post(parcel.browser.endpoint, parcel.headers, parcel.body)
    except Exception:
        log.exception("push_raised", notice=str(parcel.notice_id))
        return Answered(Answer.LATER)


def forget_ended(session: Session, *, now: datetime) -> None:
    """Forget browsers in which nobody is signed in any more."""
    session.execute(
        delete(PushSubscription).where(~listens(now)), execution_options={"synchronize_session": False}
    )


def give_up(session: Session, *, now: datetime) -> None:
    """Stop trying what is too late to be heard of."""
    late = or_(Notice.expires_at <= now, Notice.ready_at <= now - WITHIN - CLAIMED_FOR)
    session.execute(
        update(Notice).where(Notice.push_state == PushState.QUEUED, late).values(push_state=PushState.FAILED),
        execution_options={"synchronize_session": False},
    )


def claim_pushes(session: Session, *, now: datetime) -> Sequence[AnyRow]:
    """Take a batch of what waits and nobody holds back, the longest waiting first. `pushed_at` is the claim."""
    # A WITH and no subquery: a plan may ask a subquery again for every row, and what is locked is then passed over, so that
    # the limit starts anew each time and one worker takes all.
    free = (
        select(Notice.id)
        .where(
            Notice.push_state == PushState.QUEUED,
            or_(Notice.pushed_at.is_(None), Notice.pushed_at <= now - CLAIMED_FOR),
            ~is_held(),
        )
        .order_by(Notice.ready_at, Notice.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
        .cte("free")
    )
    return session.execute(
        update(Notice)
        .where(Notice.id == free.c.id)
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

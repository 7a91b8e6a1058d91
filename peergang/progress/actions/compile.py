"""Compiling progress from the facts, often and little, by what is dirty. The full compile stands in full_compile.py.

Nothing here touches a fact. Two races decide the order of the steps.

A fact that commits while its enrolment is being compiled must not be forgotten. The trigger that marks an enrolment
writes its row in `progress_dirty`, also where it stands already, and so needs the lock that the claim holds: the
writer waits for the compile and leaves a new mark behind. And since the facts are read by a later statement than the
claim, with a newer snapshot, everything that was committed before the claim is in the figures.

While a part of the full compile is made nobody may take marks away, or its older figures could overwrite newer ones for
good. An advisory lock arranges that: the incremental compile stands aside, every later fact keeps its mark, and is
compiled a moment afterwards.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from peergang.core.db import Bind, transaction
from peergang.progress.actions.writing import LOCK, remove_where_none, write_progress
from peergang.progress.models import ProgressDirty
from peergang.progress.queries.compiled import get_marks, select_progress

BATCH = 5000
"""Enrolments in one go: their writers wait for this transaction, so it must stay short."""

BUDGET = timedelta(seconds=40)
"""How long one run goes on with batches; the next begins a minute after it began."""


def compile_dirty(session: Session, *, now: datetime, limit: int = BATCH) -> int:
    """Compile up to `limit` enrolments whose facts changed, those that wait longest first.

    The platform itself does this, through `compile_waiting`: again, in a new transaction, as long as it returns `limit`.

    Returns:
        How many enrolments were taken; 0 also when the full compile is busy, which then leaves the marks for later.
    """
    if not session.scalar(select(func.pg_try_advisory_xact_lock_shared(LOCK))):
        return 0
    ids = _claim(session, limit)
    if ids:
        # The claim is a statement of its own: only a later one is sure to see every fact that it waited for.
        written = write_progress(session, select_progress(get_marks(session), ids), now)
        if written < len(ids):
            # Some have no progress (any more). Who loses it from here on leaves a new mark.
            remove_where_none(session, ids)
    return len(ids)


def compile_waiting(
    bind: Bind,
    *,
    now: datetime,
    limit: int = BATCH,
    budget: timedelta = BUDGET,
    keep_on: Callable[[], bool] = lambda: True,
) -> int:
    """Compile what waits, batch by batch and each in a transaction of its own, until nothing waits, `budget` is used up or
    `keep_on` says no. The platform itself does this every minute.

    Returns:
        How many enrolments were taken.
    """
    began, total = monotonic(), 0
    while keep_on() and monotonic() - began < budget.total_seconds():
        with transaction(bind) as session:
            taken = compile_dirty(session, now=now, limit=limit)
        total += taken
        if taken < limit:
            break
    return total


def _claim(session: Session, limit: int) -> Sequence[UUID]:
    """Take marks away and give their enrolments. What another compile or a writer holds is passed over, not waited for."""
    waiting = (
        select(ProgressDirty.enrolment_id)
        .order_by(ProgressDirty.marked_at, ProgressDirty.enrolment_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("waiting")
    )
    taken = delete(ProgressDirty).where(ProgressDirty.enrolment_id == waiting.c.enrolment_id)
    return session.scalars(taken.returning(ProgressDirty.enrolment_id)).all()

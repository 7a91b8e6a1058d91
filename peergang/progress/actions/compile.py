"""Compiling progress from the facts: often and little by what is dirty, nightly and fully to prove that it was right.

Nothing here touches a fact. Two races decide the order of the steps.

A fact that commits while its enrolment is being compiled must not be forgotten. The trigger that marks an enrolment
writes its row in `progress_dirty`, also where it stands already, and so needs the lock that the claim holds: the
writer waits for the compile and leaves a new mark behind. And since the facts are read by a later statement than the
claim, with a newer snapshot, everything that was committed before the claim is in the figures.

The full compile reads for seconds. While it runs nobody may take marks away, or its older figures could overwrite newer
ones for good. An advisory lock arranges that: the incremental compile stands aside, every later fact keeps its mark,
and is compiled a moment afterwards.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Select,
    Text,
    Uuid,
    cast,
    delete,
    exists,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from peergang.cohorts.models import Enrolment
from peergang.core.db import AnyRow, Bind, Rows, transaction
from peergang.progress.models import CompileRun, EnrolmentProgress, ProgressDirty
from peergang.progress.queries.compiled import get_marks, has_progress, is_one_of, select_progress
from peergang.progress.queries.differences import list_differences

log = structlog.get_logger(__name__)

BATCH = 5000
"""Enrolments in one go: their writers wait for this transaction, so it must stay short."""

BUDGET = timedelta(seconds=40)
"""How long one run goes on with batches; the next begins a minute after it began."""

_LOCK = 6_161_001
"""Key of the advisory lock between the two compiles; any number that nothing else uses."""

_COLUMNS = ("enrolment_id", "required", "completed", "last_completed_at", "compiled_at")


@dataclass(frozen=True, slots=True)
class CompileResult:
    """What a full compile found: how many enrolments have progress, how many rows it wrote or removed, and how many of
    those were wrong, that is different without being marked as dirty.
    """

    enrolments: int
    written: int
    wrong: int


def compile_dirty(session: Session, *, now: datetime, limit: int = BATCH) -> int:
    """Compile up to `limit` enrolments whose facts changed, those that wait longest first.

    The platform itself does this, through `compile_waiting`: again, in a new transaction, as long as it returns `limit`.

    Returns:
        How many enrolments were taken; 0 also when the full compile is busy, which then leaves the marks for later.
    """
    if not session.scalar(select(func.pg_try_advisory_xact_lock_shared(_LOCK))):
        return 0
    ids = _claim(session, limit)
    if ids:
        # The claim is a statement of its own: only a later one is sure to see every fact that it waited for.
        session.execute(_upsert(_stamped(select_progress(get_marks(session), ids), now)))
        _remove_where_none(session, ids)
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


def compile_all(bind: Bind, *, now: datetime) -> CompileResult:
    """Compile everything from the facts, compare it with what stood there, and repair what differs.

    The platform itself does this, in a transaction of its own. What was wrong without being dirty is counted in the
    result, in `CompileRun` and in the log: it means that the incremental compile missed something. Marks stay where they are.
    """
    with transaction(bind) as session:
        # Many facts take longer to read than a page may take, the sums fit in memory rather than on disk, and another full
        # compile is waited for as long as it takes.
        session.execute(
            text(
                "SELECT set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true),"
                " set_config('work_mem', '64MB', true)"
            )
        )
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        differing = list_differences(session, get_marks(session))
        _repair(session, differing, now)
        enrolments = session.scalar(select(func.count()).select_from(Enrolment).where(has_progress())) or 0
        result = CompileResult(enrolments, len(differing), sum(not row.was_dirty for row in differing))
        _record(session, result, now)
    if result.wrong:
        log.warning("progress_disagreed", wrong=result.wrong, enrolments=result.enrolments)
    return result


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


def _stamped(rows: Select[Any], now: datetime) -> Select[Any]:
    return rows.add_columns(literal(now, DateTime(timezone=True)).label("compiled_at"))


def _upsert(rows: Select[Any]) -> Insert:
    statement = insert(EnrolmentProgress).from_select(_COLUMNS, rows)
    return statement.on_conflict_do_update(
        index_elements=["enrolment_id"], set_={name: statement.excluded[name] for name in _COLUMNS[1:]}
    )


def _remove_where_none(session: Session, ids: Sequence[UUID]) -> None:
    """Who withdrew has facts and no progress any more. The state is looked at here, at the moment of removing."""
    counts = exists().where(Enrolment.id == EnrolmentProgress.enrolment_id, has_progress())
    session.execute(delete(EnrolmentProgress).where(is_one_of(EnrolmentProgress.enrolment_id, ids), ~counts))


def _repair(session: Session, differing: Rows, now: datetime) -> None:
    there = [row for row in differing if row.required is not None]
    if there:
        session.execute(_upsert(_stamped(_as_relation(there), now)))
    gone = [row.enrolment_id for row in differing if row.required is None]
    if gone:
        _remove_where_none(session, gone)


def _as_relation(rows: Sequence[AnyRow]) -> Select[Any]:
    """Rows from Python as a relation. Four arrays travel far faster than a statement a row, and as text ten times faster
    than the driver's own arrays, which look at every element by itself.
    """
    types: tuple[TypeEngine[Any], ...] = (Uuid(), Integer(), Integer(), DateTime(timezone=True))
    arrays: list[ColumnElement[Any]] = [
        cast(literal(_array([getattr(row, name) for row in rows]), Text), ARRAY(kind))
        for name, kind in zip(_COLUMNS, types, strict=False)
    ]
    given = func.unnest(*arrays).table_valued(*_COLUMNS[:4]).render_derived(name="given")
    return select(*(given.c[name] for name in _COLUMNS[:4]))


def _array(values: Sequence[object]) -> str:
    """PostgreSQL's own notation; ids, numbers and moments hold nothing that needs quotes."""
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"


def _record(session: Session, result: CompileResult, now: datetime) -> None:
    """Note the run. Its end is the start plus what the database's clock measured, so that a moved clock does no harm."""
    finished = literal(now, DateTime(timezone=True)) + (func.clock_timestamp() - func.transaction_timestamp())
    found = {"finished_at": finished, "enrolments": result.enrolments, "corrected": result.wrong}
    statement = insert(CompileRun).values(started_at=now, **found)
    session.execute(statement.on_conflict_do_update(index_elements=["started_at"], set_=found))

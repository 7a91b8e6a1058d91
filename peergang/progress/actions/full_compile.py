"""The full compile: everything anew from the facts, part by part, to prove that the incremental one was right.

Each part is a short transaction of its own: the enrolments from `position` on, in the order of their ids. It takes the
advisory lock first, so one part is made at a time, whoever makes it, and no mark is taken away meanwhile (compile.py).
What it reads afterwards is newer than everything the incremental compile has written, and whatever commits later keeps its
mark. So a part never leaves wrong figures behind, whether or not another part comes before it, after it, or twice.

The figures and the new position commit together. Who is killed leaves the run where it was; the next goes on from there.
Two at work on the same run take turns. A run that was stopped keeps what it did, and its worker sees it at the next part.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

import structlog
from sqlalchemy import case, func, insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from peergang.core.connections import is_away
from peergang.core.db import AnyRow, Bind, Rows, transaction
from peergang.core.nightly import make_room
from peergang.core.permissions import SYSTEM
from peergang.progress.actions.runs import begin_compile, end_run, find_silent, forget_old_runs
from peergang.progress.actions.writing import LOCK, repair_progress
from peergang.progress.models import CompileDifference, CompileRun
from peergang.progress.queries.compiled import get_marks
from peergang.progress.queries.differences import Part, find_part, list_differences
from peergang.progress.queries.runs import get_run
from peergang.progress.rules.runs import SILENCE, Origin, RunState

log = structlog.get_logger(__name__)

PART = 100_000
"""Enrolments in one part. Their facts lie all over the table, so every part reads most of it: few parts, then, and each of
a second or two. Writers do not wait for it.
"""

Tell = Callable[[int, int], None]
KeepOn = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class CompileResult:
    """What a full compile found: how many enrolments have progress, how many rows it wrote or removed, and how many of
    those were wrong, that is different without being marked as dirty.
    """

    enrolments: int
    written: int
    wrong: int
    state: RunState = RunState.DONE


def compile_all(
    bind: Bind,
    *,
    now: datetime,
    part: int = PART,
    budget: timedelta | None = None,
    keep_on: KeepOn = lambda: True,
) -> CompileResult:
    """Compile everything from the facts, compare it with what stood there, and repair what differs; when a full compile runs
    already, go on with that one. The platform itself does this, at night; what was found long ago goes then.
    """
    with transaction(bind) as session:
        forget_old_runs(session, now=now)
        run_id = begin_compile(session, SYSTEM, now=now, origin=Origin.NIGHT)
    return continue_compile(bind, run_id, now=now, part=part, budget=budget, keep_on=keep_on)


def continue_silent(bind: Bind, *, now: datetime, budget: timedelta | None = None, keep_on: KeepOn) -> None:
    """Go on with a full compile that nobody works at, if there is one. The platform itself does this, every minute."""
    with transaction(bind) as session:
        run_id = find_silent(session, now=now)
    if run_id:
        continue_compile(bind, run_id, now=now, budget=budget, keep_on=keep_on)


def continue_compile(
    bind: Bind,
    run_id: UUID,
    *,
    now: datetime,
    part: int = PART,
    budget: timedelta | None = None,
    keep_on: KeepOn = lambda: True,
    tell: Tell = lambda _done, _total: None,
) -> CompileResult:
    """Go on with a run, part by part, until it is done or stopped, `budget` is used up or `keep_on` says no; in the last two
    cases it stays for somebody else to go on with. `tell` hears how far it is.

    Raises:
        Whatever went wrong in a part; the run has failed then, unless the database was away.
    """
    began = monotonic()
    more = True
    while more:
        spent = timedelta(seconds=monotonic() - began)
        if not keep_on() or (budget is not None and spent >= budget):
            _let_go(bind, run_id, now + spent)
            break
        try:
            more = _make_part(bind, run_id, now + spent, part, tell)
        except DBAPIError as error:
            if not is_away(error):
                _fail(bind, run_id, error, now + spent)
            raise
        except Exception as error:
            _fail(bind, run_id, error, now + spent)
            raise
    return _tell_result(bind, run_id)


def _make_part(bind: Bind, run_id: UUID, now: datetime, size: int, tell: Tell) -> bool:
    """One part in a transaction of its own. Gives whether there is more to do."""
    with transaction(bind) as session:
        make_room(session)
        session.execute(select(func.pg_advisory_xact_lock(LOCK)))
        # Read after the lock was given, because another worker may have made this part.
        run = get_run(session, run_id)
        if run.state != RunState.RUNNING:
            return False
        found = find_part(session, run.position, size)
        differing = list_differences(session, get_marks(session), found)
        repair_progress(session, differing, now)
        wrong = _note_wrong(session, run_id, differing, now)
        done = _advance(session, run, found, (len(differing), wrong), now)
    tell(done, max(done, run.total))
    return found.next is not None


def _note_wrong(session: Session, run_id: UUID, differing: Rows, now: datetime) -> int:
    """Keep what was wrong without being dirty: the incremental compile missed something there. Gives how many."""
    wrong = [row for row in differing if not row.was_dirty]
    if wrong:
        session.execute(
            insert(CompileDifference),
            [
                {
                    "run_id": run_id,
                    "enrolment_id": row.enrolment_id,
                    "stood_required": row.stood_required,
                    "stood_completed": row.stood_completed,
                    "stood_last_at": row.stood_last_at,
                    "should_required": row.required,
                    "should_completed": row.completed,
                    "should_last_at": row.last_completed_at,
                    "repaired_at": now,
                }
                for row in wrong
            ],
        )
        log.warning("progress_disagreed", run=str(run_id), wrong=len(wrong))
    return len(wrong)


def _advance(session: Session, run: AnyRow, found: Part, counts: tuple[int, int], now: datetime) -> int:
    """Note that this part is behind us, and with the last one that the run is done. The time that it took is measured by the
    database's clock, so that a moved clock does no harm.
    """
    seconds = func.extract("epoch", func.clock_timestamp() - func.transaction_timestamp())
    done, (written, wrong) = run.done + found.number, counts
    values = {
        "position": found.next,
        "done": done,
        "total": func.greatest(CompileRun.total, done) if found.next else done,
        "enrolments": CompileRun.enrolments + found.enrolments,
        "written": CompileRun.written + written,
        "corrected": CompileRun.corrected + wrong,
        "worked": CompileRun.worked + seconds,
        "heard_at": now,
    }
    if found.next is None:
        # Somebody may have stopped it a moment ago; it did all its work, and stays stopped.
        running = CompileRun.state == RunState.RUNNING
        values["state"] = case((running, RunState.DONE), else_=CompileRun.state)
        values["finished_at"] = case((running, now), else_=CompileRun.finished_at)
    session.execute(update(CompileRun).where(CompileRun.id == run.id).values(values))
    return int(done)


def _let_go(bind: Bind, run_id: UUID, now: datetime) -> None:
    """Whoever comes next need not wait until we have been silent for long: it is as if we were already. That we were at work
    until a moment ago stays known, or a long run would seem to be abandoned.
    """
    with transaction(bind) as session:
        session.execute(
            update(CompileRun)
            .where(CompileRun.id == run_id, CompileRun.state == RunState.RUNNING)
            .values(heard_at=now - 2 * SILENCE)
        )


def _fail(bind: Bind, run_id: UUID, error: BaseException, now: datetime) -> None:
    with transaction(bind) as session:
        end_run(session, run_id, RunState.FAILED, now=now, reason=type(error).__name__)
    log.error("compile_failed", run=str(run_id), error=type(error).__name__)


def _tell_result(bind: Bind, run_id: UUID) -> CompileResult:
    with transaction(bind) as session:
        run = get_run(session, run_id)
    return CompileResult(run.enrolments, run.written, run.corrected, RunState(run.state))

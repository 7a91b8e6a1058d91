"""Beginning and stopping a full compile, finding one that lies still, and forgetting old ones."""

from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.core import jobs
from peergang.core.errors import Conflict
from peergang.core.jobs import Job
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.progress.models import CompileDifference, CompileRun
from peergang.progress.policy import can_operate_progress
from peergang.progress.queries.runs import get_run
from peergang.progress.rules.runs import ABANDONED, KEPT, SILENCE, Origin, RunState

log = structlog.get_logger(__name__)

_RUNNING = CompileRun.state == RunState.RUNNING


def begin_compile(session: Session, actor: Actor, *, now: datetime, origin: Origin = Origin.PAGE) -> UUID:
    """Begin a full compile, or give the one that runs: there is one at a time. For admins, the command line and the beat.

    Of a run that lies still for over an hour the first half is too old to go on with; it has failed then, and a new one
    begins. What a person begins, a worker does; the others do it themselves.

    Raises:
        Forbidden: for anybody else.
    """
    require(can_operate_progress(actor))
    session.execute(
        update(CompileRun)
        .where(_RUNNING, func.coalesce(CompileRun.heard_at, CompileRun.started_at) < now - ABANDONED)
        .values(state=RunState.FAILED, finished_at=now, reason="abandoned")
    )
    total = select(func.count()).select_from(Enrolment).scalar_subquery()
    made = session.scalar(
        insert(CompileRun)
        .values(
            state=RunState.RUNNING,
            origin=origin,
            started_at=now,
            started_by_id=actor.user_id,
            heard_at=None if origin == Origin.PAGE else now,
            total=total,
        )
        # A parameter would hide from PostgreSQL which index it is, once the driver prepares the statement.
        .on_conflict_do_nothing(index_elements=["state"], index_where=text("state = 'running'"))
        .returning(CompileRun.id)
    )
    run_id = made or find_running(session)
    if run_id is None:
        # It was done between the two statements. Nobody else is there now, or somebody just began.
        return begin_compile(session, actor, now=now, origin=origin)
    if made and not actor.is_system:
        record_audit(session, actor, "compile_started", "compile_run", made, now=now)
    if made and origin == Origin.PAGE:
        # When the broker is away the run lies still, and the minute finds it.
        jobs.enqueue(session, Job.PROGRESS_COMPILE_ALL, run_id)
    return run_id


def stop_compile(session: Session, actor: Actor, run_id: UUID, *, now: datetime) -> None:
    """Stop a full compile. The part that is being made at this moment is still finished, and all that was done stays right.
    For admins and the command line.

    Raises:
        Forbidden: for anybody else.
        NotFound: there is no such run.
        Conflict: compile_ended; it runs no more.
    """
    require(can_operate_progress(actor))
    get_run(session, run_id)
    if not end_run(session, run_id, RunState.STOPPED, now=now):
        raise Conflict("compile_ended")
    if not actor.is_system:
        record_audit(session, actor, "compile_stopped", "compile_run", run_id, now=now)
    log.info("compile_stopped", run=str(run_id))


def end_run(session: Session, run_id: UUID, state: RunState, *, now: datetime, reason: str = "") -> bool:
    """Let a run that is running end so; the platform itself does this. Gives whether it was running."""
    ended = (
        update(CompileRun)
        .where(CompileRun.id == run_id, _RUNNING)
        .values(state=state, finished_at=now, reason=reason)
        .returning(CompileRun.id)
    )
    return session.execute(ended).first() is not None


def find_running(session: Session) -> UUID | None:
    """The run that is going on, if any."""
    return session.scalar(select(CompileRun.id).where(_RUNNING))


def find_silent(session: Session, *, now: datetime) -> UUID | None:
    """The run that is going on and that nobody works at: its worker was killed, or had to stop."""
    silent = or_(CompileRun.heard_at.is_(None), CompileRun.heard_at < now - SILENCE)
    return session.scalar(select(CompileRun.id).where(_RUNNING, silent))


def forget_old_runs(session: Session, *, now: datetime) -> int:
    """Throw away what was found, and the runs themselves, after ninety days; the last run stays. The platform does this.

    Returns:
        How many findings and runs went.
    """
    old = now - KEPT
    found = session.execute(
        delete(CompileDifference).where(CompileDifference.repaired_at < old).returning(CompileDifference.id)
    ).all()
    last = select(func.max(CompileRun.started_at)).scalar_subquery()
    runs = session.execute(
        delete(CompileRun)
        .where(CompileRun.started_at < old, CompileRun.started_at < last, ~_RUNNING)
        .returning(CompileRun.id)
    ).all()
    return len(found) + len(runs)

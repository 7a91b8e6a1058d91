"""Selects about the full compiles, and about what waits to be compiled, for who looks after the platform."""

from uuid import UUID

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound
from peergang.identity.models import User
from peergang.progress.models import CompileDifference, CompileRun, ProgressDirty
from peergang.progress.rules.runs import LATE, RunState

RUNS = 20
"""How many runs the page shows."""

FOUND = 200
"""How many findings of one run the page shows."""

_run = CompileRun.__table__
_COLUMNS = (*_run.c, User.given_name, User.name_particle, User.family_name)


def get_run(session: Session, run_id: UUID) -> AnyRow:
    """A full compile, with the columns of `CompileRun`, and given_name, name_particle and family_name of who began it (empty:
    the platform).

    Raises:
        NotFound: when there is none.
    """
    statement = select(*_COLUMNS).outerjoin(User, User.id == _run.c.started_by_id)
    row = session.execute(statement.where(_run.c.id == run_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def list_runs(session: Session, limit: int = RUNS) -> Rows:
    """The latest full compiles, the newest first; columns as of `get_run`."""
    statement = select(*_COLUMNS).outerjoin(User, User.id == _run.c.started_by_id)
    return session.execute(statement.order_by(_run.c.started_at.desc(), _run.c.id).limit(limit)).all()


def list_found(session: Session, run_id: UUID, limit: int = FOUND) -> Rows:
    """What a run found wrong, by cohort. Nobody is named: who must be known is looked up in the cohort.

    Columns: those of `CompileDifference`, cohort_id, cohort_name.
    """
    found = CompileDifference.__table__
    return session.execute(
        select(*found.c, Cohort.id.label("cohort_id"), Cohort.name.label("cohort_name"))
        .join(Enrolment, Enrolment.id == found.c.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(found.c.run_id == run_id)
        .order_by(Cohort.name, found.c.repaired_at, found.c.enrolment_id)
        .limit(limit)
    ).all()


def get_waiting(session: Session) -> AnyRow:
    """What the incremental compile has still to do: (number, seconds), how many enrolments are marked, and how old the oldest
    mark is. Measured by the database's clock, which made the marks.
    """
    age = func.extract("epoch", func.clock_timestamp() - func.min(ProgressDirty.marked_at))
    return session.execute(
        select(
            func.count().label("number"),
            cast(func.greatest(0, func.coalesce(func.floor(age), 0)), Integer).label("seconds"),
        ).select_from(ProgressDirty)
    ).one()


def measure_waiting(session: Session) -> dict[str, int]:
    """Figures for Prometheus: how many enrolments wait to be compiled, and how many seconds the oldest does."""
    row = get_waiting(session)
    return {"marked": row.number, "oldest_seconds": row.seconds}


def warn_of_old_marks(session: Session) -> str:
    """A sentence for the operator while a change waits longer than LATE to be compiled; else an empty one."""
    row = get_waiting(session)
    if row.seconds <= LATE.total_seconds():
        return ""
    return f"progress is behind: {row.number} enrolments wait, the oldest {row.seconds // 60} minutes; is a worker running?"


def count_last_compile(session: Session) -> dict[str, int]:
    """What the last full compile that ended found: `enrolments` with progress, and how many rows were `wrong`; empty before
    the first.
    """
    last = (
        select(CompileRun.enrolments, CompileRun.corrected)
        .where(CompileRun.state == RunState.DONE)
        .order_by(CompileRun.started_at.desc())
        .limit(1)
    )
    found = session.execute(last).one_or_none()
    return {"enrolments": found.enrolments, "wrong": found.corrected} if found else {}


def warn_of_wrong_progress(session: Session) -> str:
    """A sentence for the operator when the last full compile had to correct something; else an empty one."""
    wrong = count_last_compile(session).get("wrong", 0)
    return f"{wrong} rows of progress were wrong, and corrected, at the last full compile" if wrong else ""


def warn_of_failed_compile(session: Session) -> str:
    """A sentence for the operator when the last full compile failed; else an empty one."""
    last = select(CompileRun.state, CompileRun.reason).order_by(CompileRun.started_at.desc()).limit(1)
    row = session.execute(last).one_or_none()
    return (
        f"the last full compile of progress failed: {row.reason}"
        if row and row.state == RunState.FAILED
        else ""
    )

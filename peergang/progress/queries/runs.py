"""Selects about the runs of the full compile, for who looks after the platform."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.progress.models import CompileRun


def count_last_compile(session: Session) -> dict[str, int]:
    """What the last full compile found: `enrolments` with progress, and how many rows were `wrong`; empty before the first."""
    last = select(CompileRun.enrolments, CompileRun.corrected).order_by(CompileRun.started_at.desc()).limit(1)
    found = session.execute(last).one_or_none()
    return {"enrolments": found.enrolments, "wrong": found.corrected} if found else {}


def warn_of_wrong_progress(session: Session) -> str:
    """A sentence for the operator when the last full compile had to correct something; else an empty one."""
    wrong = count_last_compile(session).get("wrong", 0)
    return f"{wrong} rows of progress were wrong, and corrected, at the last full compile" if wrong else ""

"""The row of a report while one worker holds it: taken, kept, given back and ended, each only by who still has its token."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from peergang.core import db
from peergang.core.storage import new_key
from peergang.reports.models import Report, ReportFile
from peergang.reports.rules.states import LEASE, MOST_TRIES, Failure, State


class Lost(Exception):
    """Somebody else has the report, or nobody wants it any more."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A report that is this worker's for as long as it keeps saying so."""

    id: UUID
    token: UUID
    user_id: UUID
    kind: str
    query: str
    format: str
    locale: str
    role: str
    since: datetime


def claim(session: Session, report_id: UUID, now: datetime) -> Claimed | None:
    """Take a report that nobody makes. None when somebody does, when it is not wanted, or when this was the last try."""
    free = (Report.state == State.REQUESTED) | ((Report.state == State.RUNNING) & (Report.lease_until < now))
    statement = select(Report).where(Report.id == report_id, free).with_for_update(skip_locked=True)
    report = session.scalars(statement).one_or_none()
    if report is None:
        return None
    if report.tries >= MOST_TRIES:
        report.state, report.reason = State.FAILED, Failure.STOPPED
        report.lease_token = report.lease_until = None
        report.people = []
        return None
    token = uuid4()
    report.state, report.lease_token, report.lease_until = State.RUNNING, token, now + LEASE
    report.tries += 1
    report.done = report.total = 0
    report.people = []
    return Claimed(
        report.id,
        token,
        report.user_id,
        report.kind,
        report.query,
        report.format,
        report.locale,
        report.role,
        now,
    )


def tell(bind: db.Bind, claimed: Claimed, done: int, total: int, now: datetime) -> None:
    """Say how far it is, and hold it for another LEASE. Raises what `write` raises."""
    write(bind, claimed, done=done, total=total, lease_until=now + LEASE)


def give_back(bind: db.Bind, claimed: Claimed) -> None:
    """To who comes next, and it does not count as a try."""
    with db.transaction(bind) as session:
        session.execute(
            update(Report)
            .where(Report.id == claimed.id, Report.lease_token == claimed.token)
            .values(state=State.REQUESTED, lease_token=None, lease_until=None, tries=Report.tries - 1)
        )


def begin_file(bind: db.Bind, now: datetime) -> str:
    """The key of a file that is going to be stored; known from now on, so that the cleaning finds what is left behind."""
    key = new_key()
    with db.transaction(bind) as session:
        session.add(ReportFile(key=key, begun_at=now))
    return key


def end(bind: db.Bind, claimed: Claimed, *, file: str | None = None, **values: Any) -> None:
    """Write how it ended and which `file` came of it, and let go of it. Raises what `write` raises."""
    kept = {} if file is None else {"storage_key": file}
    write(bind, claimed, file, lease_token=None, lease_until=None, **kept, **values)


def write(bind: db.Bind, claimed: Claimed, file: str | None = None, /, **values: object) -> None:
    """Write to the row while it is this worker's; the `file` is the report's from then on.

    Raises:
        Lost: it is not, any more, or the file was held for left behind.
    """
    held = update(Report).where(Report.id == claimed.id, Report.lease_token == claimed.token)
    with db.transaction(bind) as session:
        if file is not None:
            begun = delete(ReportFile).where(ReportFile.key == file).returning(ReportFile.key)
            if session.scalar(begun) is None:
                raise Lost
        held_still = session.execute(held.values(**values).returning(Report.id)).one_or_none()
    if held_still is None:
        raise Lost

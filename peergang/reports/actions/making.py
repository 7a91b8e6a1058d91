"""Making a report: claimed by one worker, read at one moment, written to one file, and recorded by whoever still holds it.

A worker that is killed says nothing more, and after LEASE another begins again from nothing. Both may have a file in the
end; only the one whose token still stands in the row gets it recorded, and the other throws its file away.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import UUID

import structlog
from sqlalchemy import ARRAY, ColumnElement, Engine, Uuid, func, literal
from sqlalchemy.orm import Session

from peergang.core import db
from peergang.core.clock import local_date
from peergang.core.errors import Forbidden, NotFound
from peergang.core.i18n import in_locale
from peergang.core.pdf import TooMuch
from peergang.core.storage import Files
from peergang.reports.actions.holding import Claimed, Lost, begin_file, claim, end, give_back, tell, write
from peergang.reports.kinds import get_kind, parse
from peergang.reports.kinds.roles import name_role
from peergang.reports.models import Report
from peergang.reports.queries.askers import find_asker
from peergang.reports.rules.around import Around
from peergang.reports.rules.scratch import remove_left
from peergang.reports.rules.sheet import Row, Sheet
from peergang.reports.rules.states import KEPT, LONGEST, Failure, State
from peergang.reports.rules.writing import WRITERS
from peergang.reports.rules.xlsx_file import TooManyRows

log = structlog.get_logger(__name__)

EVERY = 200
"""After so many rows a worker looks at its watch."""

NAMES_AT_ONCE = 2_000
"""So many of those who are named are written down together: kept until the end they would take memory with every row."""

Watch = Callable[[], datetime]


class TooLong(Exception):
    """The time for one report is over."""


class Stopping(Exception):
    """This worker was asked to stop."""


FAILURES: dict[type[Exception], Failure] = {
    NotFound: Failure.GONE,
    Forbidden: Failure.NOT_ALLOWED,
    TooMuch: Failure.TOO_MUCH,
    TooManyRows: Failure.TOO_MUCH,
    TooLong: Failure.TOO_LONG,
}


def make_report(
    bind: db.Bind,
    files: Files,
    report_id: UUID,
    watch: Watch,
    *,
    keep_on: Callable[[], bool] = lambda: True,
) -> bool:
    """Make one report, unless somebody else does or nobody wants it. The platform does this; whether its asker may have it is
    asked again.

    Returns:
        Whether it is ready.
    """
    with db.transaction(bind) as session:
        claimed = claim(session, report_id, watch())
    if claimed is None:
        return False
    remove_left()  # here too, because the cleaning may run on another machine
    try:
        _make(bind, files, claimed, watch, keep_on)
    except Lost:
        return False
    except Stopping:
        give_back(bind, claimed)
        return False
    except Exception as error:  # noqa: BLE001 whatever it is, its asker must hear that there is no file
        _fail(bind, claimed, error)
        return False
    return True


def _fail(bind: db.Bind, claimed: Claimed, error: Exception) -> None:
    reason = FAILURES.get(type(error), Failure.BROKEN)
    if reason is Failure.BROKEN:
        # Without the traceback, which may hold names.
        log.error("report_broken", kind=claimed.kind, error=type(error).__name__)
    with suppress(Lost):
        end(bind, claimed, state=State.FAILED, reason=reason, people=[])


def _make(bind: db.Bind, files: Files, claimed: Claimed, watch: Watch, keep_on: Callable[[], bool]) -> None:
    with in_locale(claimed.locale), TemporaryFile() as target, _snapshot(bind) as session:
        actor = find_asker(session, claimed.user_id)
        kind, query = get_kind(claimed.kind), parse(claimed.query)
        if actor is None or not kind.may(actor, query):
            raise Forbidden
        sheet = kind.open(session, query, claimed.since)
        tell(bind, claimed, 0, sheet.total, watch())
        counted = replace(sheet, rows=_count(bind, claimed, sheet, watch, keep_on))
        WRITERS[claimed.format](counted, Around(claimed.since, name_role(claimed.role)), target)
        _store(bind, files, claimed, sheet, target, watch())


def _snapshot(bind: db.Bind) -> AbstractContextManager[Session]:
    """What was read first and what is read last are of one moment, however long it takes. Nothing is written in it: how far
    it is, is written over another connection.
    """
    source = bind.execution_options(isolation_level="REPEATABLE READ") if isinstance(bind, Engine) else bind
    return db.transaction(source)


def _count(
    bind: db.Bind, claimed: Claimed, sheet: Sheet, watch: Watch, keep_on: Callable[[], bool]
) -> Iterator[Row]:
    told = watch()
    for number, row in enumerate(sheet.rows):
        if number % EVERY == 0:
            now = watch()
            if now - claimed.since > LONGEST:
                raise TooLong
            if not keep_on():
                raise Stopping
            if (now - told).total_seconds() >= 1:
                told = now
                tell(bind, claimed, number, sheet.total, now)
            if len(sheet.people) >= NAMES_AT_ONCE:
                write(bind, claimed, people=_with(sheet))
                sheet.people.clear()
        yield row


def _with(sheet: Sheet) -> ColumnElement[Any]:
    """Who was written down so far, and who was named since; twice is no harm."""
    return func.array_cat(Report.people, literal(sorted(sheet.people), ARRAY(Uuid())))


def _store(
    bind: db.Bind, files: Files, claimed: Claimed, sheet: Sheet, target: IO[bytes], now: datetime
) -> None:
    size = target.seek(0, 2)
    target.seek(0)
    key = begin_file(bind, now)
    try:
        files.put(target, key)
        end(
            bind,
            claimed,
            file=key,
            state=State.READY,
            reason="",
            done=sheet.total,
            total=sheet.total,
            name=f"{sheet.stem}-{local_date(claimed.since):%Y-%m-%d}.{claimed.format}",
            title=sheet.title,
            size=size,
            people=_with(sheet),
            figures=dict(sheet.figures),
            ready_at=now,
            expires_at=now + KEPT,
        )
    except BaseException:
        files.delete([key])
        raise

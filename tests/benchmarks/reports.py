"""A workbook of 100,000 rows: made as a worker makes it, from the query of the pages, in memory that does not grow with it.

The floor writes as many rows of the same cells, made up on the spot, with xlsxwriter alone.
"""

import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import sqlalchemy as sa
import xlsxwriter
from sqlalchemy.orm import Session

from peergang.core.db import transaction
from peergang.core.storage import Files
from peergang.reports.actions.asking import ask_report
from peergang.reports.actions.making import make_report
from peergang.reports.models import Report
from peergang.reports.queries.askers import find_asker
from peergang.reports.rules.states import Format
from tests.benchmarks.database import database, tidy
from tests.benchmarks.planning import A_COHORT, PEOPLE
from tests.benchmarks.rows import Row, against, below
from tests.factories.cohorts import make_cohort
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_organiser

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
MOST_MEGABYTES = 150
CELLS = ["Zoë Proef", "ROC Proef", "Cohort", "doet mee", 12, 40, 0.3, 3, 4, 2, 3]

COMPILED = sa.text("""
    INSERT INTO enrolment_progress (enrolment_id, required, completed, last_completed_at, compiled_at)
    SELECT id, 40, 12, :now, :now FROM enrolment
""")


def _fill(session: Session, rows: int) -> None:
    edition = make_edition(session)
    session.execute(sa.text("INSERT INTO institution (brin, name) VALUES ('00AA', 'ROC Proef')"))
    for _ in range(rows // A_COHORT):
        cohort = make_cohort(session, NOW - timedelta(days=40), edition=edition, capacity=A_COHORT)
        session.flush()
        session.execute(PEOPLE, {"cohort": cohort.id, "number": A_COHORT, "since": NOW - timedelta(days=14)})
    session.execute(COMPILED, {"now": NOW})
    session.execute(sa.text("DELETE FROM progress_dirty"))


def _peak() -> float:
    """The most memory that this process ever held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def _timed() -> Iterator[SimpleNamespace]:
    found = SimpleNamespace(seconds=0.0)
    begun = time.perf_counter()
    yield found
    found.seconds = time.perf_counter() - begun


def _write_floor(rows: int, folder: str) -> None:
    book = xlsxwriter.Workbook(str(Path(folder) / "floor.xlsx"), {"constant_memory": True})
    page, look = book.add_worksheet(), book.add_format({"num_format": "dd-mm-yyyy"})
    for row in range(rows):
        for column, value in enumerate(CELLS):
            page.write(row, column, value)
        page.write_datetime(row, len(CELLS), date(2026, 11, 17), look)
    book.close()


def run(*, quick: bool = False) -> list[Row]:
    """Measure."""
    rows = 10_000 if quick else 100_000
    with database() as engine, tempfile.TemporaryDirectory() as folder:
        with transaction(engine) as session:
            session.execute(sa.text("SET LOCAL statement_timeout = 0"))
            _fill(session, rows)
            asker = find_asker(session, make_organiser(session).id)
            assert asker is not None
            report = ask_report(
                session, asker, "people", "", Format.XLSX, locale="nl", role="organiser", now=NOW
            )
        tidy(engine)
        with _timed() as floor:
            _write_floor(rows, folder)
        with _timed() as ours:
            made = make_report(engine, Files(folder), report.id, lambda: NOW)
        peak = _peak()
        with Session(engine) as session:
            done = session.get_one(Report, report.id)
            if not made or done.done != rows:
                raise RuntimeError(f"{done.state} {done.reason}: {done.done} of {rows} rows")
    name = f"XLSX of {rows:,} rows"
    return [
        against(name, ours.seconds, floor.seconds, "s", at_most=None),
        below(f"{name}, resident", peak, "MB", MOST_MEGABYTES),
    ]

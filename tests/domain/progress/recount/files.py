"""The rows of a file as a person would write them down from a recount, and as they stand in what the writers made."""

import csv
from collections.abc import Callable, Sequence
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import IO, Any
from uuid import UUID

import openpyxl
import pypdf
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core.clock import AMSTERDAM
from peergang.identity.models import User
from peergang.reports.rules.around import Around
from peergang.reports.rules.sheet import Column, Shape, Sheet
from peergang.reports.rules.states import Format
from peergang.reports.rules.writing import WRITERS
from tests.domain.progress.recount.counting import Person
from tests.domain.progress.recount.loading import Facts

WORDS = {"active": "doet mee", "completed": "klaar", "withdrawn": "gestopt"}


def percentage(part: int, whole: int) -> int | None:
    """Whole percents, half up; 100 only when all are there, and 0 only when none is. Nothing of nothing."""
    if not whole:
        return None
    if part in (0, whole):
        return 100 if part else 0
    return min(99, max(1, int(100 * part / whole + 0.5)))


def people_rows(session: Session, facts: Facts, people: list[Person], cohort_id: UUID) -> list[list[Any]]:
    """Everybody of a cohort who takes part, as they stand in the report of people; in no order."""
    names = {
        row.id: " ".join(part for part in (row.given_name, row.name_particle, row.family_name) if part)
        for row in session.execute(select(User.__table__))
    }
    enrolments = {one.id: one for one in facts.enrolments}
    places = {one.id: one.name for one in facts.institutions}
    cohort = next(one.name for one in facts.cohorts if one.id == cohort_id)
    return [
        [
            names[enrolments[one.enrolment_id].user_id],
            places[one.institution_id],
            cohort,
            WORDS[enrolments[one.enrolment_id].state],
            one.completed,
            one.required,
            percentage(one.completed, one.required),
            one.present,
            one.recorded,
            one.handed_in,
            one.due,
            one.last_active.astimezone(AMSTERDAM).date() if one.last_active else None,
            None,
        ]
        for one in people
        if one.cohort_id == cohort_id
    ]


def written(sheet: Sheet, form: Format, now: datetime) -> BytesIO:
    """The file, by the writer that the worker uses."""
    target = BytesIO()
    WRITERS[form](sheet, Around(now, "organisator"), target)
    target.seek(0)
    return target


def read_workbook(content: IO[bytes], columns: Sequence[Column]) -> list[list[Any]]:
    """The rows of the workbook as values: percents as numbers of hundredths, days as days."""
    page = openpyxl.load_workbook(content).worksheets[0]
    found = []
    for row in page.iter_rows(min_row=2, max_col=len(columns), values_only=True):
        values: list[Any] = [one.date() if isinstance(one, datetime) else one for one in row]
        for number, column in enumerate(columns):
            if column.shape == Shape.PERCENT and values[number] is not None:
                values[number] = round(values[number] * 100)
        found.append(values)
    return found


def read_csv(content: IO[bytes]) -> list[list[str]]:
    """The rows of the table, without the head and what stands under it."""
    lines = list(csv.reader(StringIO(content.read().decode("utf-8-sig")), delimiter=";"))
    return lines[1 : lines.index([])]


def read_paper(content: IO[bytes]) -> str:
    """All text of the PDF, in the order in which it stands there, without white space: on paper a word goes over to the next
    line anywhere.
    """
    return squeeze("".join(page.extract_text() for page in pypdf.PdfReader(content).pages))


def compare_contents(
    columns: Sequence[Column], rows: Sequence[Sequence[Any]], content: Callable[[Format], IO[bytes]]
) -> None:
    """The same rows, in the same order, in all three kinds of file."""
    workbook = read_workbook(content(Format.XLSX), columns)
    assert [row for row in workbook if any(one is not None for one in row)] == [list(row) for row in rows]
    assert read_csv(content(Format.CSV)) == [[in_csv(value) for value in row] for row in rows]
    paper, place = read_paper(content(Format.PDF)), 0
    for row in rows:
        wanted = on_paper(columns, row)
        place = paper.find(wanted, place)
        assert place >= 0, (wanted, paper)
        place += len(wanted)


def on_paper(columns: Sequence[Column], row: Sequence[Any]) -> str:
    """A row as it stands on paper."""
    return squeeze("".join(_cell(value, one.shape) for value, one in zip(row, columns, strict=True)))


def squeeze(text: str) -> str:
    return "".join(text.replace("\u00ad", "").split())


def in_csv(value: Any) -> str:
    """A value as it stands in a csv."""
    return "" if value is None else f"{value:%d-%m-%Y}" if isinstance(value, date) else str(value)


def _cell(value: Any, shape: Shape) -> str:
    if value is None:
        return "–"
    return f"{value}%" if shape is Shape.PERCENT else in_csv(value)

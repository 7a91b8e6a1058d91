"""What stands in the files: the figures of the page, the filter, typed cells, and nothing that starts a program."""

import csv
from datetime import datetime
from io import StringIO
from typing import Any

import openpyxl
import pypdf
import pytest
from sqlalchemy.orm import Session

from peergang.core.storage import Files
from peergang.progress.queries.overview import get_table
from peergang.progress.rules.figures import value_of
from peergang.progress.rules.filters import Filter
from peergang.reports.kinds import rows_of
from peergang.reports.models import Report
from tests.domain.reports.conftest import Make, Network, content_of

pytestmark = pytest.mark.database

EVIL = '=HYPERLINK("http://x";"klik")'


def sheet_of(files: Files, report: Report) -> list[list[str]]:
    body = content_of(files, report).read()
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(body.decode("utf-8-sig")), delimiter=";"))


def about(rows: list[list[str]]) -> dict[str, str]:
    return {row[0]: row[1] for row in rows[rows.index([]) + 1 :]}


@pytest.mark.parametrize("query", ["", "maat=voortgang&volgorde=naam", "naam=ZILVER", "naam=bestaatniet"])
def test_the_file_has_the_figures_of_the_page(
    network: Network, made: Make, files: Files, now: datetime, query: str
) -> None:
    chosen = Filter.parse(dict(part.split("=") for part in query.split("&") if part))
    table = get_table(network.session, chosen, now)
    page: list[list[Any]] = [
        [
            line.name,
            line.brin,
            line.now.people,
            *(cell and value_of(cell, chosen.measure) for cell in line.cells),
        ]
        for line in table.lines
    ]
    assert rows_of("participation", query, network.session, now) == page
    rows = sheet_of(files, made(query=query))
    assert rows[1 : rows.index([])] == [["" if one is None else str(one) for one in row] for row in page]
    workbook = openpyxl.load_workbook(content_of(files, made(query=query, form="xlsx")))
    cells: Any = [[cell.value for cell in row] for row in workbook.worksheets[0].iter_rows(min_row=2)]
    expected = [[*row[:3], *(None if one is None else one / 100 for one in row[3:])] for row in page]
    assert [row for row in cells if any(row)] == [
        [one or None if one == "" else one for one in row] for row in expected
    ]


def test_the_filter_the_day_and_the_meanings_stand_in_the_file(made: Make, files: Files) -> None:
    rows = sheet_of(files, made(query="maat=voortgang&naam=zilver"))
    found = about(rows)
    assert found["Cijfer"] == "Voortgang"
    assert found["Instelling"] == "zilver"
    assert found["Stand van"] == "17 november 2026"
    assert found["Gemaakt door"] == "een organisator van het netwerk"
    assert found["Deelnemers nu betekent"].startswith("Deelnemers in cohorten")


def test_a_name_that_is_a_formula_starts_nothing(network: Network, made: Make, files: Files) -> None:
    network.meadow.name = EVIL
    network.session.commit()
    assert f"'{EVIL}" in [row[0] for row in sheet_of(files, made(query="volgorde=naam")) if row]
    page = openpyxl.load_workbook(content_of(files, made(form="xlsx"))).worksheets[0]
    cell = next(row[0] for row in page.iter_rows(min_row=2) if row[0].value == EVIL)
    assert cell.data_type == "s"


def test_a_workbook_has_a_head_that_stays_a_filter_and_a_second_sheet(made: Make, files: Files) -> None:
    book = openpyxl.load_workbook(content_of(files, made(form="xlsx")))
    table, words = book.worksheets
    assert (table.title, words.title) == ("Tabel", "Toelichting")
    assert table.freeze_panes == "B2"
    assert table.auto_filter.ref == "A1:E3"
    assert {row[0].value for row in words.iter_rows()} >= {"Rapport", "Cijfer", "Stand van", "Gemaakt door"}
    assert table["E2"].number_format == "0%"


def test_a_pdf_is_tagged_and_says_what_it_is(made: Make, files: Files) -> None:
    report = made(form="pdf")
    reader = pypdf.PdfReader(content_of(files, report))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nl"
    assert reader.metadata
    assert reader.metadata.title == "Deelname per instelling en cohort"
    text = " ".join(reader.pages[0].extract_text().split())
    assert "Groenschool Wilgenbos" in text
    assert "Stand van: 17 november 2026" in text


def test_the_language_is_that_of_who_asked(session: Session, made: Make, files: Files) -> None:
    report = made(form="pdf", locale="en")
    reader = pypdf.PdfReader(content_of(files, report))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "en"

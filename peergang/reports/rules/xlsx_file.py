"""A table as a workbook: typed cells, a head that stays, a filter on every column, and a second sheet about the first."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter

from peergang.core.clock import local
from peergang.core.i18n import gettext as _
from peergang.reports.rules.around import Around, meanings
from peergang.reports.rules.scratch import scratch
from peergang.reports.rules.sheet import Shape, Sheet, Value

OPTIONS = {
    # A row goes to the disk when the next begins, so a hundred thousand rows take no more memory than ten.
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
MOST_ROWS = 1_000_000
"""A sheet of a workbook holds 1,048,576."""
MOST_LETTERS = 32_767
"""What one cell holds."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LOOKS: dict[Shape, dict[str, Any]] = {
    Shape.TEXT: {},
    Shape.NUMBER: {"num_format": "0"},
    Shape.PERCENT: {"num_format": "0%"},
    Shape.DECIMAL: {"num_format": "#,##0.0"},
    Shape.DATE: {"num_format": "dd-mm-yyyy"},
    Shape.MOMENT: {"num_format": "dd-mm-yyyy hh:mm"},
}
_WIDTHS = {Shape.TEXT: 28, Shape.DATE: 13, Shape.MOMENT: 18}
_NARROW, _WIDE = 12, 60


class TooManyRows(Exception):
    """More than a sheet holds."""


def write_xlsx(sheet: Sheet, around: Around, target: IO[bytes]) -> None:
    """Write the workbook to `target`.

    Raises:
        TooManyRows: before anything is written.
    """
    if sheet.total > MOST_ROWS:
        raise TooManyRows
    with scratch() as folder:
        book = xlsxwriter.Workbook(target, OPTIONS | {"tmpdir": folder})
        try:
            book.set_properties({"title": sheet.title, "created": local(around.now).replace(tzinfo=None)})
            _write_table(book, sheet)
            _write_about(book, sheet, around)
        finally:
            book.close()


def _write_table(book: Any, sheet: Sheet) -> None:
    page = book.add_worksheet(_("Tabel"))
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    looks = {shape: book.add_format(look) for shape, look in _LOOKS.items()}
    for number, column in enumerate(sheet.columns):
        width = _WIDTHS.get(column.shape, max(_NARROW, min(24, len(column.heading) // 2)))
        page.set_column(number, number, width)
        page.write_string(0, number, plain(column.heading), head)
    page.freeze_panes(1, 1)
    page.repeat_rows(0)
    last = 0
    for last, row in enumerate(sheet.rows, start=1):
        for number, value in enumerate(row):
            _write_cell(page, last, number, value, sheet.columns[number].shape, looks)
    page.autofilter(0, 0, last, max(0, len(sheet.columns) - 1))


def _write_cell(
    page: Any, row: int, column: int, value: Value, shape: Shape, looks: dict[Shape, Any]
) -> None:
    """By its type and never by its look: a text that begins as a formula is a text."""
    if value is None:
        return
    if isinstance(value, str):
        page.write_string(row, column, plain(value))
    elif isinstance(value, datetime):
        page.write_datetime(row, column, local(value).replace(tzinfo=None), looks[Shape.MOMENT])
    elif isinstance(value, date):
        page.write_datetime(row, column, datetime(value.year, value.month, value.day), looks[Shape.DATE])  # noqa: DTZ001 a workbook knows no zones
    else:
        number: int | float | Decimal = value / 100 if shape is Shape.PERCENT else value
        page.write_number(row, column, number, looks[shape])


def _write_about(book: Any, sheet: Sheet, around: Around) -> None:
    page = book.add_worksheet(_("Toelichting"))
    bold = book.add_format({"bold": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, 32)
    page.set_column(1, 1, _WIDE)
    for row, (name, value) in enumerate([*around.facts(sheet), *meanings(sheet)]):
        page.write_string(row, 0, plain(name), bold)
        page.write_string(row, 1, plain(value), wrap)


def plain(text: str) -> str:
    """`text` as a cell can hold it."""
    return _UNPRINTABLE.sub("", text)[:MOST_LETTERS]

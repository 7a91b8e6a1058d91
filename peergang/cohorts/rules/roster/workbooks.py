"""Excel workbooks (.xlsx), read as untrusted files: sizes are looked at first, and nothing in a cell is evaluated."""

import io
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from itertools import islice
from typing import Any

from openpyxl import load_workbook

from peergang.cohorts.rules.roster.columns import HEADER_WITHIN, is_complete, recognise
from peergang.cohorts.rules.roster.parts import weigh
from peergang.cohorts.rules.roster.tables import MOST_COLUMNS, MOST_ROWS, Line, Unreadable

LAST_ROW = 20_000
"""Sheets that were formatted down to row 1,048,576 are common, so nobody looks below this one."""
MOST_SHEETS = 30
_OLE = b"\xd0\xcf\x11\xe0"


def is_workbook(content: bytes) -> bool:
    """Whether these are the bytes of a spreadsheet program and not of a text."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLE))


def read_workbook(content: bytes) -> list[Line]:
    """The rows that hold something, of the first sheet with a header we know; without one, of the fullest sheet.

    Hidden sheets are not read: who made the file did not show them either.

    Raises:
        Unreadable: locked, xls, ods, spreadsheet, too_large_inside or too_many_rows.
    """
    try:
        _refuse_other_kinds(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            with closing(book):
                return _choose(book)
    except Unreadable:
        raise
    except Exception as error:
        # A broken file breaks its readers in dozens of ways, and each means the same to who chose the file.
        raise Unreadable("spreadsheet") from error


def _refuse_other_kinds(content: bytes) -> None:
    if content.startswith(_OLE):
        locked = "EncryptedPackage".encode("utf-16-le") in content
        raise Unreadable("locked" if locked else "xls")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        weigh(parts)
        names = set(parts.namelist())
        if "mimetype" in names and b"opendocument" in parts.open("mimetype").read(100):
            raise Unreadable("ods")
    if "xl/workbook.bin" in names:
        raise Unreadable("xls")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Unreadable("spreadsheet")


def _choose(book: Any) -> list[Line]:
    fullest: list[Line] = []
    for sheet in book.worksheets[:MOST_SHEETS]:
        if sheet.sheet_state != "visible":
            continue
        # The size that a file says its sheet has is often wrong.
        sheet.reset_dimensions()
        lines = list(islice(_lines(sheet), MOST_ROWS + HEADER_WITHIN + 100))
        if any(is_complete(recognise(line.cells)) for line in lines[:HEADER_WITHIN]):
            return lines
        if len(lines) > len(fullest):
            fullest = lines
    return fullest


def _lines(sheet: Any) -> Iterator[Line]:
    rows = sheet.iter_rows(values_only=True, max_row=LAST_ROW, max_col=MOST_COLUMNS)
    for number, values in enumerate(rows, start=1):
        cells = tuple(_text(value) for value in values)
        if any(cells):
            yield Line(number, cells)


def _text(value: object) -> str:
    """A cell as a person reads it; what a formula came to when that was kept."""
    match value:
        case None:
            return ""
        case bool():
            return "ja" if value else "nee"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime() | date():
            return f"{value.day}-{value.month}-{value.year}"
        case _:
            text = str(value).strip()
            return "" if text.startswith("#") and text.rstrip("!?").isupper() else text

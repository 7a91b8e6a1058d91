"""A table on paper: tagged, with a head on every page, lying down when it is wide."""

from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from peergang.core.clock import local
from peergang.core.dates import moment_full
from peergang.core.i18n import current_locale, gettext as _
from peergang.core.pdf import TooMuch, write_pdf
from peergang.reports.rules.around import Around, meanings
from peergang.reports.rules.sheet import Shape, Sheet, Value

MOST_ROWS = 1_500
"""Some hundred pages when it is wide. Who needs more rows wants to search and count in them, which a spreadsheet does."""
MOST_COLUMNS = 14
UPRIGHT = 5
"""So many columns fit on paper that stands."""


def write_paper(sheet: Sheet, around: Around, target: IO[bytes]) -> None:
    """Write the document to `target`.

    Raises:
        TooMuch: when it does not become a document that every reader can use.
    """
    if sheet.total > MOST_ROWS or len(sheet.columns) > MOST_COLUMNS:
        raise TooMuch
    target.write(write_pdf(_document(sheet, around), around.now))


def _document(sheet: Sheet, around: Around) -> dict[str, Any]:
    lines = [_small(f"{name}: {value}") for name, value in around.facts(sheet)[1:]]
    heads = [column.heading for column in sheet.columns]
    rows = [
        [_cell(value, column.shape) for value, column in zip(row, sheet.columns, strict=True)]
        for row in sheet.rows
    ]
    table = {
        "kind": "table",
        "head": heads,
        "rows": rows,
        "right": [number for number, column in enumerate(sheet.columns) if column.shape is not Shape.TEXT],
    }
    empty = _small(_("Met deze keuze staat er niets in de tabel."))
    found = [*lines, table if rows else empty]
    explained = meanings(sheet)
    if explained:
        found.append({"kind": "heading", "level": 1, "text": _("Wat de kolommen betekenen")})
        found += [_small(f"{heading}: {words}") for heading, words in explained]
    return {
        "title": sheet.title,
        "author": around.role,
        "lang": current_locale(),
        "footer": f"{sheet.title} · {moment_full(around.now)}",
        "wide": len(heads) > UPRIGHT,
        "blocks": found,
    }


def _small(text: str) -> dict[str, Any]:
    return {"kind": "small", "text": text}


def _cell(value: Value, shape: Shape) -> str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return f"{local(value):%d-%m-%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    return f"{value}%" if shape is Shape.PERCENT else str(value)

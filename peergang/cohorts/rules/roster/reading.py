"""From the bytes of a file to rows of text. Nothing in a cell is ever evaluated."""

import csv
import io
import re
from typing import Any

from peergang.cohorts.rules.roster.columns import missing, recognise
from peergang.cohorts.rules.roster.names import clean, name_parts
from peergang.core.errors import Invalid

MOST_ROWS = 5000
HEADER_WITHIN = 10
"""Exports often have a title above the header; further down we stop looking."""
DELIMITERS = (";", ",", "\t")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


class Unreadable(Invalid):
    """The file as a whole cannot be used. `code` says why, `lacking` names the columns that were not found."""

    def __init__(self, code: str, lacking: tuple[str, ...] = (), seen: tuple[str, ...] = ()) -> None:
        super().__init__({"file": code})
        self.code = code
        self.lacking = lacking
        self.seen = seen


def read_roster(content: bytes) -> list[dict[str, Any]]:
    """The participants in `content`, each with `number` (the row in the spreadsheet) and the text of its cells.

    Raises:
        Unreadable: empty, spreadsheet (Excel or ODS instead of CSV), not_csv, missing_columns, no_rows, too_many_rows.
    """
    text = decode(content)
    records = _records(text)
    header_at, found = _find_header(records)
    rows = [
        _row(number, cells, found)
        for number, cells in enumerate(records[header_at + 1 :], start=header_at + 2)
        if any(cell.strip() for cell in cells)
    ]
    if not rows:
        raise Unreadable("no_rows")
    if len(rows) > MOST_ROWS:
        raise Unreadable("too_many_rows")
    return rows


def decode(content: bytes) -> str:
    """The text of a file in UTF-8 (with or without BOM), UTF-16 with BOM, or else Windows-1252.

    Raises:
        Unreadable: empty, spreadsheet or not_csv.
    """
    if not content.strip():
        raise Unreadable("empty")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unreadable("spreadsheet")
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text):
            break
        return text
    raise Unreadable("not_csv")


def _records(text: str) -> list[list[str]]:
    lines = text.splitlines()
    if lines and lines[0].lower().startswith("sep="):
        # Excel writes its separator on a line of its own, which it does not show as a row.
        text = text.split("\n", 1)[1] if "\n" in text else ""
    best: tuple[int, list[list[str]]] = (-1, [])
    for delimiter in DELIMITERS:
        try:
            records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        except csv.Error:
            continue
        known = max((len(recognise(cells)) for cells in records[:HEADER_WITHIN]), default=0)
        if known > best[0]:
            best = known, records
    if best[0] < 0:
        raise Unreadable("not_csv")
    return best[1]


def _find_header(records: list[list[str]]) -> tuple[int, dict[str, int]]:
    position, cells = max(
        enumerate(records[:HEADER_WITHIN]), key=lambda one: len(recognise(one[1])), default=(0, list[str]())
    )
    found = recognise(cells)
    lacking = missing(found)
    if lacking:
        seen = tuple(cell.strip()[:40] for cell in cells[:12] if cell.strip())
        raise Unreadable("missing_columns" if found else "not_csv", tuple(lacking), seen)
    return position, found


def _row(number: int, cells: list[str], found: dict[str, int]) -> dict[str, Any]:
    def cell(field: str) -> str:
        position = found.get(field, -1)
        return clean(cells[position]) if 0 <= position < len(cells) else ""

    names = {name: cell(name) for name in ("given_name", "particle", "family_name")}
    if not names["given_name"] and not names["family_name"] and cell("name"):
        names = name_parts(cell("name"))
    return (
        empty_row(number)
        | names
        | {name: cell(name) for name in ("email", "institution", "brin", "job_title")}
    )


def empty_row(number: int) -> dict[str, Any]:
    """A row in which nothing was filled in. `institution_id` is chosen by hand, `anyway` is the tick of the organiser."""
    cells = ("given_name", "particle", "family_name", "email", "institution", "brin", "job_title")
    return {"number": number, **dict.fromkeys(cells, ""), "institution_id": None, "anyway": False}

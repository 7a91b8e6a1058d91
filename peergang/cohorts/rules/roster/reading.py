"""From the bytes of a file to rows of text. Nothing in a cell is ever evaluated."""

from collections.abc import Mapping, Sequence
from typing import Any

from peergang.cohorts.rules.roster.columns import HEADER_WITHIN, missing, recognise
from peergang.cohorts.rules.roster.names import clean, name_parts, normal_address, without_address
from peergang.cohorts.rules.roster.tables import MOST_ROWS, Line, Unreadable
from peergang.cohorts.rules.roster.text_files import read_text
from peergang.cohorts.rules.roster.workbooks import is_workbook, read_workbook
from peergang.identity.rules import match_key

TOTALS = ("totaal", "total", "subtotaal", "aantal", "som", "eindtotaal")
CELLS = ("given_name", "particle", "family_name", "email", "institution", "brin", "job_title")


def read_roster(content: bytes) -> list[dict[str, Any]]:
    """The participants in `content`, each with `number` (the row in the spreadsheet) and the text of its cells.

    Raises:
        Unreadable: empty, not_csv, web_page, missing_columns, no_rows or too_many_rows, or what read_workbook raises.
    """
    lines = read_table(content)
    at, found = find_header(lines)
    return make_rows(lines, at, found)


def read_table(content: bytes) -> list[Line]:
    """The rows of a file that hold something, whatever they mean.

    Raises:
        Unreadable: as above.
    """
    if not content.strip():
        raise Unreadable("empty")
    lines = read_workbook(content) if is_workbook(content) else read_text(content)
    if not lines:
        raise Unreadable("empty")
    return lines


def find_header(lines: Sequence[Line]) -> tuple[int, dict[str, int]]:
    """Where the header stands among `lines`, and the position of every column in it.

    Raises:
        Unreadable: missing_columns, or not_csv when nothing looks like a header; with the lines when they could still be
            a list of people.
    """
    at = guess_header(lines)
    found = recognise(lines[at].cells)
    lacking = missing(found)
    if lacking:
        seen = [cell.strip()[:40] for cell in lines[at].cells[:12] if cell.strip()]
        code = "missing_columns" if found else "not_csv"
        raise Unreadable(code, lacking, seen, lines if _could_be_people(lines, at) else ())
    return at, found


def guess_header(lines: Sequence[Line]) -> int:
    """The line that names most columns we know, or else the first that has at least three cells."""
    known = [len(recognise(line.cells)) for line in lines[:HEADER_WITHIN]]
    if max(known, default=0):
        return known.index(max(known))
    wide = (i for i, line in enumerate(lines[:HEADER_WITHIN]) if sum(map(bool, line.cells)) >= 3)
    return next(wide, 0)


def make_rows(lines: Sequence[Line], at: int, found: Mapping[str, int]) -> list[dict[str, Any]]:
    """The rows below the header at `at` (-1: there is none), whose columns stand at the positions of `found`.

    Raises:
        Unreadable: no_rows or too_many_rows.
    """
    header = _key(lines[at], found) if at >= 0 else None
    rows = []
    for line in lines[at + 1 :]:
        # A header that is repeated on every printed page is nobody, and neither is a line of totals.
        if _key(line, found) == header or _is_totals(line, found):
            continue
        row = _row(line, found)
        if any(row[name] for name in CELLS):
            rows.append(row)
    if not rows:
        raise Unreadable("no_rows")
    if len(rows) > MOST_ROWS:
        raise Unreadable("too_many_rows")
    return rows


def empty_row(number: int) -> dict[str, Any]:
    """A row in which nothing was filled in. `institution_id` is chosen by hand, `anyway` is the tick of the organiser."""
    return {"number": number, **dict.fromkeys(CELLS, ""), "institution_id": None, "anyway": False}


def _row(line: Line, found: Mapping[str, int]) -> dict[str, Any]:
    values = {name: clean(_cell(line, found, name)) for name in (*CELLS, "name")}
    names = {name: values[name] for name in ("given_name", "particle", "family_name")}
    if not names["given_name"] and not names["family_name"] and values["name"]:
        names = name_parts(without_address(values["name"]))
    others = {name: values[name] for name in ("email", "institution", "brin", "job_title")}
    if not others["email"] and "@" in values["name"]:
        others["email"] = normal_address(values["name"])
    return empty_row(line.number) | names | others


def _cell(line: Line, found: Mapping[str, int], name: str) -> str:
    position = found.get(name, -1)
    return line.cells[position] if 0 <= position < len(line.cells) else ""


def _key(line: Line, found: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(match_key(_cell(line, found, name)) for name in found)


def _is_totals(line: Line, found: Mapping[str, int]) -> bool:
    if "@" in _cell(line, found, "email"):
        return False
    first = next((cell for cell in line.cells if cell.strip()), "")
    return match_key(first.split(":")[0].split(" ")[0]) in TOTALS


def _could_be_people(lines: Sequence[Line], at: int) -> bool:
    """Whether somebody could say which column is which: three columns, and an address somewhere below the header."""
    below = lines[at : at + 1 + MOST_ROWS]
    wide = max((sum(map(bool, line.cells)) for line in below), default=0) >= 3
    return wide and any("@" in cell for line in below for cell in line.cells)

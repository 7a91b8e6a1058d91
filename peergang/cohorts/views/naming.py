"""What there is to choose from in a file whose columns are named by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from peergang.cohorts.labels import FIELD_NAMES
from peergang.cohorts.models import RosterImport
from peergang.core.i18n import LazyText

EXAMPLES = 3
HEADERS_OFFERED = 12
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: its letter, its title and what stands in it further down."""

    position: int
    letter: str
    title: str
    example: str


@dataclass(frozen=True, slots=True)
class Naming:
    """What the page offers. `fields` are (name, label, chosen position), `headers` are (row number, its words)."""

    columns: list[Column]
    fields: list[tuple[str, LazyText, int]]
    headers: list[tuple[int, str]]
    header: int


def offer_columns(waiting: RosterImport, naming: Mapping[str, Any] | None = None) -> Naming:
    """What there is to choose from in a file that waits with its cells."""
    naming = naming or waiting.columns
    header = int(naming.get("header", 0))
    lines = [(int(one["number"]), one["cells"]) for one in waiting.cells]
    titles: list[str] = next((cells for number, cells in lines if number == header), [])
    below = [cells for number, cells in lines if number > header][:200]
    width = max((len(cells) for _, cells in lines), default=0)
    columns = []
    for position in range(width):
        values = [cells[position] for cells in below if position < len(cells) and cells[position]]
        title = titles[position] if position < len(titles) else ""
        if title or values:
            shown = ", ".join(dict.fromkeys(value[:40] for value in values[:EXAMPLES]))
            columns.append(Column(position, _letter(position), title[:60], shown))
    fields = [(name, label, int(naming["fields"].get(name, -1))) for name, label in FIELD_NAMES.items()]
    headers = [
        (number, " | ".join(cell[:30] for cell in cells if cell)[:120])
        for number, cells in lines[:HEADERS_OFFERED]
    ]
    return Naming(columns, fields, headers, header)


def _letter(position: int) -> str:
    """The name that a spreadsheet gives a column: A, B, … Z, AA."""
    if position < len(_LETTERS):
        return _LETTERS[position]
    return _LETTERS[position // len(_LETTERS) - 1] + _LETTERS[position % len(_LETTERS)]

"""How a figure looks in the table of institutions and cohorts. Made here and not in the template: it is the hottest loop
of the page.
"""

from collections.abc import Sequence
from typing import Any

from peergang.progress.rules.figures import LOW, Measure, value_of
from peergang.progress.rules.table import Column, Line

STEPS = ((60, "h-1"), (70, "h-2"), (80, "h-3"), (90, "h-4"))


Cell = tuple[str, str, int | None, bool, str, str]
"""Shade, address, value, low, short name and name of the column. No address: no participants. Address without a value:
participants, and nothing to count yet. A plain tuple, because a template unpacks one far faster than it asks an object.
"""


def shade_of(value: int) -> str:
    """The class that colours a percentage; the figure itself and ▼ say the same without colour."""
    if value < LOW:
        return "h-low"
    return next((shade for below, shade in STEPS if value < below), "h-5")


def show_line(line: Line, columns: Sequence[tuple[Column, str]], measure: Measure, base: str) -> list[Cell]:
    """The cells of a line. `columns` come with their short names; `base` is the address of the participation page, under
    which the links stand.
    """
    start = f"{base}/{line.institution_id}/"
    return [
        _show(figures, column, short, measure, start)
        for figures, (column, short) in zip(line.cells, columns, strict=True)
    ]


def _show(figures: Any, column: Column, short: str, measure: Measure, start: str) -> Cell:
    if figures is None:
        return ("h-none", "", None, False, short, column.name)
    value = value_of(figures, measure)
    url = f"{start}{column.cohort_id}"
    if value is None:
        return ("", url, None, False, short, column.name)
    return (shade_of(value), url, value, value < LOW, short, column.name)

"""How a figure looks in the table of institutions and cohorts. Made here and not in the template: it is the hottest loop
of the page.
"""

from dataclasses import dataclass
from uuid import UUID

from peergang.progress.rules.figures import LOW, Figures, Measure
from peergang.progress.rules.table import Column, Line

STEPS = ((60, "h-1"), (70, "h-2"), (80, "h-3"), (90, "h-4"))


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: no participants (no `url`), participants without a figure yet (`value` is None), or a figure."""

    shade: str
    url: str
    value: int | None
    low: bool


NOBODY = Cell("h-none", "", None, False)


def shade_of(value: int) -> str:
    """The class that colours a percentage; the figure itself and ▼ say the same without colour."""
    if value < LOW:
        return "h-low"
    return next((shade for below, shade in STEPS if value < below), "h-5")


def show_line(line: Line, columns: list[Column], measure: Measure, base: str) -> list[Cell]:
    """The cells of a line; `base` is the address of the participation page, under which the links stand."""
    start = f"{base}/{line.institution_id}/"
    return [
        _show(figures, column.cohort_id, measure, start)
        for figures, column in zip(line.cells, columns, strict=True)
    ]


def _show(figures: Figures | None, cohort_id: UUID, measure: Measure, start: str) -> Cell:
    if figures is None:
        return NOBODY
    value = figures.value(measure)
    if value is None:
        return Cell("", f"{start}{cohort_id}", None, False)
    return Cell(shade_of(value), f"{start}{cohort_id}", value, value < LOW)

"""Institutions × cohorts: which columns and lines are shown, and in which order."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from peergang.cohorts.rules import CohortState
from peergang.progress.rules.figures import Figures, add_up, value_of
from peergang.progress.rules.filters import PAGE, Filter, Order

COLUMNS = 6
"""All cohorts that go on have a column; earlier ones fill up to this number, the latest first."""

GOES_ON = (CohortState.OPEN, CohortState.RUNNING)


@dataclass(frozen=True, slots=True)
class Column:
    """A cohort in the table."""

    cohort_id: str
    name: str
    sign: str
    starts_on: date
    goes_on: bool


class Line(NamedTuple):
    """An institution in the table: by column the row with its figures (None where it has no participants), and the figures
    of all its cohorts that go on together, whether they have a column or not.
    """

    institution_id: str
    name: str
    brin: str
    cells: Sequence[Any]
    now: Figures


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """What the filter leaves, in its order: all lines, not one page. Equal to itself alone, so that what was drawn of it can be
    kept.
    """

    columns: Sequence[Column]
    lines: Sequence[Line]

    def page(self, number: int) -> tuple[int, Sequence[Line]]:
        """The number of the page that is shown (the last one when there are fewer) and its lines."""
        last = max(1, -(-len(self.lines) // PAGE))
        shown = min(number, last)
        return shown, self.lines[(shown - 1) * PAGE : shown * PAGE]


def build_table(cells: Iterable[Any], cohorts: Sequence[Any], chosen: Filter) -> Table:
    """Put the rows of `list_cells` and `list_shown_cohorts` together as `chosen` asks."""
    columns = choose_columns(cohorts, chosen)
    goes_on = {cohort.id for cohort in cohorts if cohort.state in GOES_ON}
    shown = {column.cohort_id for column in columns}
    by_institution: dict[str, dict[str, Any]] = defaultdict(dict)
    for cell in cells:
        by_institution[cell.institution_id][cell.cohort_id] = cell
    lines = []
    for found in by_institution.values():
        first = next(iter(found.values()))
        if chosen.name and not chosen.matches(first.institution_name, first.brin, first.aliases):
            continue
        if shown.isdisjoint(found):
            continue
        lines.append(_line(first, found, columns, goes_on))
    return Table(columns, sort_lines(lines, chosen))


def choose_columns(cohorts: Sequence[Any], chosen: Filter) -> list[Column]:
    """The cohorts that have a column, oldest first; of the programme that was asked for."""
    fitting = [cohort for cohort in cohorts if chosen.sign in ("", cohort.sign)]
    going = [cohort for cohort in fitting if cohort.state in GOES_ON]
    earlier = [cohort for cohort in fitting if cohort.state not in GOES_ON]
    room = max(0, COLUMNS - len(going))
    kept = {cohort.id for cohort in (*going, *(earlier[-room:] if room else ()))}
    return [
        Column(cohort.id, cohort.name, cohort.sign, cohort.starts_on, cohort.state in GOES_ON)
        for cohort in fitting
        if cohort.id in kept
    ]


def sort_lines(lines: Iterable[Line], chosen: Filter) -> list[Line]:
    """The lines in the order that was asked for; equal ones by name. Who has no figure comes last."""

    def lowest(line: Line) -> tuple[int, int]:
        value = value_of(line.now, chosen.measure)
        return (0, value) if value is not None else (1, 0)

    by_name = sorted(lines, key=lambda line: (line.name.casefold(), line.brin))
    if chosen.order == Order.NAME:
        return by_name
    if chosen.order == Order.FALL:
        return sorted(by_name, key=lambda line: -line.now.fall)
    return sorted(by_name, key=lowest)


def _line(first: Any, found: dict[str, Any], columns: Sequence[Column], goes_on: set[str]) -> Line:
    cells = [found.get(one.cohort_id) for one in columns]
    now = add_up([cell for cohort_id, cell in found.items() if cohort_id in goes_on])
    return Line(first.institution_id, first.institution_name, first.brin, cells, now)

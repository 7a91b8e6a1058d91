"""Everything on the participation page that follows from its two large selects. The same rows are reckoned once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from peergang.cohorts.rules import CohortState
from peergang.progress.rules.cells import read_cells
from peergang.progress.rules.figures import Figures, add_up
from peergang.progress.rules.filters import Filter
from peergang.progress.rules.table import Table, build_table

KEPT = 8
"""Reckonings that a process keeps: organisers page and filter through figures that change once a minute at most."""


@dataclass(frozen=True, slots=True)
class Reckoning:
    """The network in sums. `now` holds the figures of running cohorts, `in_time` of each of them how much came in time of
    what was due.
    """

    institutions: int
    now: Figures
    in_time: Mapping[str, tuple[int, int]]
    running: Mapping[str, date]
    table: Table


@lru_cache(maxsize=KEPT)
def reckon(text: str, cohorts: tuple[Any, ...], chosen: Filter) -> Reckoning:
    """Add up the figures of `read_cells_text` and the rows of `list_shown_cohorts`. They name institutions and cohorts and no
    person, so the answer may be kept for who asks next.
    """
    cells = read_cells(text)
    running = {cohort.id: cohort.starts_on for cohort in cohorts if cohort.state == CohortState.RUNNING}
    of_now = [cell for cell in cells if cell.cohort_id in running]
    return Reckoning(
        institutions=len({cell.institution_id for cell in of_now}),
        now=add_up(of_now),
        in_time=_add_up_in_time(of_now),
        running=running,
        table=build_table(cells, cohorts, chosen),
    )


def _add_up_in_time(cells: Iterable[Any]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for cell in cells:
        on_time, due = found.get(cell.cohort_id, (0, 0))
        found[cell.cohort_id] = on_time + cell.on_time, due + cell.due
    return found

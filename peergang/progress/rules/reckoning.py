"""Everything on the participation page that follows from its two large selects. The same rows are reckoned once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from peergang.cohorts.rules import CohortState
from peergang.progress.rules.cells import read_cells
from peergang.progress.rules.figures import Figures, add_up, percent
from peergang.progress.rules.filters import Filter
from peergang.progress.rules.table import Table, build_table

KEPT = 8
"""Reckonings that a process keeps: organisers page and filter through figures that change once a minute at most."""


@dataclass(frozen=True, slots=True)
class Reckoning:
    """The network in sums. `now` holds the figures of running cohorts; `punctuality_before` looks at closed ones."""

    institutions: int
    now: Figures
    punctuality_before: int | None
    running: Mapping[str, date]
    table: Table


@lru_cache(maxsize=KEPT)
def reckon(text: str, cohorts: tuple[Any, ...], chosen: Filter) -> Reckoning:
    """Add up the figures of `read_cells_text` and the rows of `list_shown_cohorts`. They name institutions and cohorts and no
    person, so the answer may be kept for who asks next.
    """
    cells = read_cells(text)
    running = {cohort.id: cohort.starts_on for cohort in cohorts if cohort.state == CohortState.RUNNING}
    closed = {cohort.id for cohort in cohorts if cohort.state == CohortState.CLOSED}
    earlier = [cell for cell in cells if cell.cohort_id in closed]
    of_now = [cell for cell in cells if cell.cohort_id in running]
    return Reckoning(
        institutions=len({cell.institution_id for cell in of_now}),
        now=add_up(of_now),
        punctuality_before=percent(sum(cell.on_time for cell in earlier), sum(cell.due for cell in earlier)),
        running=running,
        table=build_table(cells, cohorts, chosen),
    )

"""Everything on the participation page that follows from its two large selects. The same rows are reckoned once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from peergang.cohorts.rules import CohortState
from peergang.progress.rules.attention import Reason, find_reasons, urgency
from peergang.progress.rules.figures import Figures, add_up, percent
from peergang.progress.rules.filters import Filter
from peergang.progress.rules.table import Table, build_table

KEPT = 8
"""Reckonings that a process keeps: organisers page and filter through figures that change once a minute at most."""


@dataclass(frozen=True, slots=True)
class InNeed:
    """An institution that asks for attention, and why."""

    institution_id: str
    name: str
    reasons: Sequence[Reason]


@dataclass(frozen=True, slots=True)
class Reckoning:
    """The network in sums. `now` holds the figures of running cohorts; `punctuality_before` looks at closed ones."""

    institutions: int
    now: Figures
    punctuality_before: int | None
    running: Mapping[str, date]
    in_need: Sequence[InNeed]
    table: Table


@lru_cache(maxsize=KEPT)
def reckon(cells: tuple[Any, ...], cohorts: tuple[Any, ...], chosen: Filter, today: date) -> Reckoning:
    """Add up the rows of `list_cells` and `list_shown_cohorts`. They name institutions and cohorts and no person, so the answer
    may be kept for who asks next.
    """
    running = {cohort.id: cohort.starts_on for cohort in cohorts if cohort.state == CohortState.RUNNING}
    closed = {cohort.id for cohort in cohorts if cohort.state == CohortState.CLOSED}
    earlier = [cell for cell in cells if cell.cohort_id in closed]
    of_now = [cell for cell in cells if cell.cohort_id in running]
    return Reckoning(
        institutions=len({cell.institution_id for cell in of_now}),
        now=add_up(of_now),
        punctuality_before=percent(sum(cell.on_time for cell in earlier), sum(cell.due for cell in earlier)),
        running=running,
        in_need=_find_in_need(of_now, running, today),
        table=build_table(cells, cohorts, chosen),
    )


def judge(cells: Sequence[Any], running: Mapping[str, date], today: date) -> tuple[list[Reason], Figures]:
    """Why one institution with these cells in running cohorts asks for attention, and its figures there together."""
    together = add_up(cells)
    return find_reasons([(running[cell.cohort_id], cell) for cell in cells], together, today), together


def _find_in_need(cells: Sequence[Any], running: Mapping[str, date], today: date) -> list[InNeed]:
    by_institution: dict[str, list[Any]] = {}
    for cell in cells:
        by_institution.setdefault(cell.institution_id, []).append(cell)
    found = []
    for institution_id, mine in by_institution.items():
        reasons, together = judge(mine, running, today)
        if reasons:
            found.append((urgency(reasons, together), mine[0].institution_name, institution_id, reasons))
    found.sort(key=lambda one: one[:2])
    return [InNeed(institution_id, name, reasons) for _, name, institution_id, reasons in found]

"""What the participation page and the organiser's digest show, read in a constant number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from peergang.cohorts.rules import CohortState
from peergang.core.clock import local_date, start_of_day
from peergang.core.db import AnyRow
from peergang.progress.queries.key_figures import get_key_figures
from peergang.progress.queries.participation import (
    list_cells,
    list_contacts,
    list_meeting_attendance,
    list_shown_cohorts,
)
from peergang.progress.rules.attention import Reason, find_reasons, urgency
from peergang.progress.rules.figures import Figures, add_up, percent
from peergang.progress.rules.filters import Filter
from peergang.progress.rules.seasons import Season, list_deadlines, season_of
from peergang.progress.rules.table import Table, build_table
from peergang.progress.rules.trend import Trend, build_trend


@dataclass(frozen=True, slots=True)
class Attention:
    """An institution that asks for attention, why, and whom to call."""

    institution_id: str
    name: str
    reasons: Sequence[Reason]
    contacts: Sequence[AnyRow]


@dataclass(frozen=True, slots=True)
class Overview:
    """The network at one moment. `now` holds the figures of running cohorts, `punctuality_before` looks at closed ones."""

    season: Season
    institutions: int
    now: Figures
    punctuality_before: int | None
    trend: Trend
    quick_feedback: int | None
    examples: int
    examples_new: int
    attention: Sequence[Attention]
    table: Table


def get_table(session: Session, chosen: Filter, now: datetime) -> Table:
    """The table alone, for the export: the same two statements and the same order as the page."""
    return build_table(list_cells(session, now), list_shown_cohorts(session), chosen)


def get_overview(session: Session, chosen: Filter, now: datetime) -> Overview:
    """Everything on the participation page. The filter changes the table only; the figures are those of the network."""
    cells = list_cells(session, now)
    cohorts = list_shown_cohorts(session)
    running = {cohort.id: cohort.starts_on for cohort in cohorts if cohort.state == CohortState.RUNNING}
    closed = {cohort.id for cohort in cohorts if cohort.state == CohortState.CLOSED}
    earlier = [cell for cell in cells if cell.cohort_id in closed]
    of_now = [cell for cell in cells if cell.cohort_id in running]
    today = local_date(now)
    season = season_of(today)
    key = _read_key_figures(session, season, now)
    return Overview(
        season=season,
        institutions=len({cell.institution_id for cell in of_now}),
        now=add_up(of_now),
        punctuality_before=percent(sum(cell.on_time for cell in earlier), sum(cell.due for cell in earlier)),
        trend=build_trend(list_meeting_attendance(session, now), running),
        quick_feedback=percent(key.quick, key.answerable),
        examples=key.examples,
        examples_new=key.examples_new,
        attention=_find_attention(session, of_now, running, today),
        table=build_table(cells, cohorts, chosen),
    )


def judge(cells: Sequence[Any], running: Mapping[str, date], today: date) -> tuple[list[Reason], Figures]:
    """Why one institution with these cells in running cohorts asks for attention, and its figures there together."""
    together = add_up(cells)
    return find_reasons([(running[cell.cohort_id], cell) for cell in cells], together, today), together


def _read_key_figures(session: Session, season: Season, now: datetime) -> AnyRow:
    today = local_date(now)
    deadlines = list_deadlines(today)
    return get_key_figures(
        session,
        deadlines=deadlines,
        since=start_of_day(deadlines[0][0]) - timedelta(days=1),
        season=start_of_day(season.since),
        today=today,
    )


def _find_attention(
    session: Session, cells: Sequence[Any], running: Mapping[str, date], today: date
) -> list[Attention]:
    by_institution: dict[str, list[Any]] = {}
    for cell in cells:
        by_institution.setdefault(cell.institution_id, []).append(cell)
    found = []
    for institution_id, mine in by_institution.items():
        reasons, together = judge(mine, running, today)
        if reasons:
            found.append((urgency(reasons, together), mine[0].institution_name, institution_id, reasons))
    found.sort(key=lambda one: one[:2])
    people: dict[str, list[AnyRow]] = {}
    # An empty list still costs its statement: the number of statements must not depend on how things go.
    for contact in list_contacts(session, [one[2] for one in found]):
        people.setdefault(contact.institution_id, []).append(contact)
    return [
        Attention(institution_id, name, reasons, people.get(institution_id, []))
        for _, name, institution_id, reasons in found
    ]

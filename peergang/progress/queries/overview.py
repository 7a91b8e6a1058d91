"""What the participation page and the organiser's digest show, read in a constant number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from peergang.core.clock import local_date, start_of_day
from peergang.core.db import AnyRow
from peergang.progress.queries.attention import list_attention
from peergang.progress.queries.key_figures import get_key_figures
from peergang.progress.queries.meetings import read_meetings_text
from peergang.progress.queries.participation import (
    list_cells,
    list_shown_cohorts,
    read_cells_text,
)
from peergang.progress.queries.previous_run import list_running
from peergang.progress.rules.asking import Attention
from peergang.progress.rules.figures import Figures, percent
from peergang.progress.rules.filters import Filter
from peergang.progress.rules.moment import Moment
from peergang.progress.rules.reckoning import reckon
from peergang.progress.rules.seasons import Season, list_deadlines, season_of
from peergang.progress.rules.table import Table, build_table
from peergang.progress.rules.trend import Against, Running, Trend, compare_runs, read_trend


@dataclass(frozen=True, slots=True)
class Overview:
    """The network at one moment. `now` holds the figures of running cohorts, `punctuality` has them beside the runs before.

    `running` counts the cohorts that run, `runs` holds them with the runs before, and `next_start` is the first day of the next
    one that has participants.
    """

    season: Season
    running: int
    runs: Sequence[Running]
    next_start: date | None
    institutions: int
    now: Figures
    punctuality: Against
    trend: Trend
    quick_feedback: int | None
    examples: int
    examples_new: int
    attention: Sequence[Attention]
    table: Table


def get_table(session: Session, chosen: Filter, at: Moment | datetime) -> Table:
    """The table alone, for the export: the same two statements and the same order as the page."""
    return build_table(list_cells(session, at), list_shown_cohorts(session, at), chosen)


def get_overview(session: Session, chosen: Filter, at: Moment | datetime) -> Overview:
    """Everything on the participation page. The filter changes the table only; the figures are those of the network."""
    moment = Moment.of(at)
    today = moment.today
    # Which page of the table is asked for makes no difference to the sums.
    asked = replace(chosen, page=1)
    cohorts = tuple(list_shown_cohorts(session, moment))
    found = reckon(read_cells_text(session, moment), cohorts, asked)
    runs = tuple(list_running(session, moment))
    season = season_of(today)
    key = _read_key_figures(session, season, moment.at)
    return Overview(
        season=season,
        running=len(found.running),
        runs=runs,
        next_start=min((one.starts_on for one in cohorts if one.starts_on > today), default=None),
        institutions=found.institutions,
        now=found.now,
        punctuality=compare_runs(
            runs, found.in_time, {one.cohort_id: (one.on_time, one.due) for one in runs}
        ),
        trend=read_trend(read_meetings_text(session, moment), runs),
        quick_feedback=percent(key.quick, key.answerable),
        examples=key.examples,
        examples_new=key.examples_new,
        attention=list_attention(session, moment),
        table=found.table,
    )


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

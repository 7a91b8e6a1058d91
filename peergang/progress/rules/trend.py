"""How it goes beside how it went: attendance from meeting to meeting, and each run beside the one before."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from peergang.progress.rules.figures import percent
from peergang.progress.rules.reckoning import KEPT


class Held(NamedTuple):
    """A meeting that was held; the columns of `list_meeting_attendance`, in their order."""

    cohort_id: str
    number: int
    back: int
    recorded: int
    present: int


@dataclass(frozen=True, slots=True)
class Trend:
    """Percentages by number of the meeting, from the first. `last` is that of the latest meetings of the cohorts that go
    on, and `last_earlier` what the earlier cohorts had at their meetings with the same numbers.
    """

    numbers: Sequence[int]
    going: Sequence[int | None]
    earlier: Sequence[int | None]
    last: int | None
    last_earlier: int | None

    @property
    def lowest(self) -> int:
        """Where the axis begins: at 50, or at 0 when a figure comes so near that its label would not fit above the axis."""
        known = [value for value in (*self.going, *self.earlier) if value is not None]
        return 0 if not known or min(known) < 60 else 50


@lru_cache(maxsize=KEPT)
def read_trend(text: str, going: frozenset[str]) -> Trend:
    """The trend in what `read_meetings_text` gave: a JSON array of arrays. Cohorts and figures alone, so the answer may be kept
    for who asks next.
    """
    return build_trend([Held._make(one) for one in json.loads(text)], going)


def build_trend(meetings: Iterable[Any], going: Collection[str]) -> Trend:
    """Add the rows of `list_meeting_attendance` up by number; `going` holds the ids of the cohorts that go on."""
    now: dict[int, list[Any]] = defaultdict(list)
    earlier: dict[int, list[Any]] = defaultdict(list)
    latest = []
    for row in meetings:
        goes_on = row.cohort_id in going
        (now if goes_on else earlier)[row.number].append(row)
        if goes_on and row.back == 1:
            latest.append(row)
    numbers = list(range(1, max((*now, *earlier), default=0) + 1))
    same = [row for one in latest for row in earlier.get(one.number, ())]
    return Trend(
        numbers,
        [_share(now.get(number, ())) for number in numbers],
        [_share(earlier.get(number, ())) for number in numbers],
        _share(latest),
        _share(same),
    )


def _share(rows: Sequence[Any]) -> int | None:
    return percent(sum(row.present for row in rows), sum(row.recorded for row in rows))


@dataclass(frozen=True, slots=True)
class Against:
    """A percentage of now beside that of the previous run at the same point; either may be unknown."""

    now: int | None
    before: int | None

    @property
    def change(self) -> int | None:
        """Points more (or, below zero, fewer) than the previous run; None when nobody can tell."""
        return None if self.now is None or self.before is None else self.now - self.before


@dataclass(frozen=True, slots=True)
class RunTrend:
    """The running cohorts that have a previous run, together, beside those previous runs.

    Attendance is that of the meetings with the same numbers, the others that of the same day of the run. `names` are the
    previous cohorts.
    """

    cohorts: int
    names: Sequence[str]
    attendance: Against
    progress: Against
    handed_in: Against
    punctuality: Against


def compare_runs(cells: Iterable[Any], previous: Sequence[Any], meetings: Iterable[Any]) -> RunTrend | None:
    """Compare the rows of `list_cells` with those of `list_previous_runs` and `list_meeting_attendance`; None when no
    running cohort has a previous run.
    """
    if not previous:
        return None
    pairs = {row.cohort_id: row.previous_id for row in previous}
    mine = [cell for cell in cells if cell.cohort_id in pairs]
    known = [row for row in previous if row.people]
    # Only the runs of which history goes back so far are compared, on both sides.
    there = {row.cohort_id for row in known}
    of_now = [cell for cell in mine if cell.cohort_id in there]

    def against(part: str, whole: str) -> Against:
        now, before = (
            percent(sum(getattr(one, part) for one in rows), sum(getattr(one, whole) for one in rows))
            for rows in (of_now, known)
        )
        return Against(now if known else None, before)

    return RunTrend(
        len(pairs),
        sorted({row.name for row in previous}),
        _compare_meetings(pairs, meetings),
        against("completed", "required"),
        against("handed_in", "due"),
        against("on_time", "due"),
    )


def _compare_meetings(pairs: Mapping[str, str], meetings: Iterable[Any]) -> Against:
    by_cohort: dict[str, dict[int, Any]] = defaultdict(dict)
    for row in meetings:
        by_cohort[row.cohort_id][row.number] = row
    now, before = [], []
    for cohort_id, previous_id in pairs.items():
        # A meeting that one of the two did not have, or of which nobody wrote down who was there, is left out of both.
        for number in by_cohort[cohort_id].keys() & by_cohort[previous_id].keys():
            now.append(by_cohort[cohort_id][number])
            before.append(by_cohort[previous_id][number])
    return Against(_share(now), _share(before))

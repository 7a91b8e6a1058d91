"""Attendance from meeting to meeting: the cohorts that go on beside those that ended."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from peergang.progress.rules.figures import percent


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

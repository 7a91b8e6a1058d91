"""How it goes beside how it went: attendance from meeting to meeting, and every cohort beside the run before it."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from peergang.progress.rules.figures import percent
from peergang.progress.rules.reckoning import KEPT

Share = tuple[int, int]
"""So many of so many."""

NOTHING: Share = (0, 0)
Weighed = tuple[int, Share]
"""A share of then, and of how many people of now it is to tell."""

ByNumber = Mapping[int, Any]
"""The meetings of a cohort that were held."""


class Held(NamedTuple):
    """A meeting that was held; the columns of `list_meeting_attendance`, in their order."""

    cohort_id: str
    number: int
    back: int
    recorded: int
    present: int


class Running(NamedTuple):
    """A cohort that runs and the previous run of its programme, when there was one; the columns of `list_running`."""

    cohort_id: str
    name: str
    sign: str
    previous_id: str | None
    previous_name: str | None
    on_time: int
    due: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Cohorts of one programme beside the run before, at the same point. `before` is the percentage that they would have with
    the figures of then: each previous run weighs as its cohort of now does, so that growing alone changes nothing.

    `every` says whether these are all cohorts of the programme that have a figure.
    """

    sign: str
    cohorts: Sequence[Running]
    every: bool
    now: int
    before: int

    @property
    def change(self) -> int:
        """Points more or, below zero, fewer than then."""
        return self.now - self.before

    @property
    def previous(self) -> Sequence[str]:
        """The names of the previous runs, each once."""
        return tuple(dict.fromkeys(one.previous_name or "" for one in self.cohorts))


@dataclass(frozen=True, slots=True)
class Against:
    """What can be compared, by programme. `whole`: one comparison is about everything that has a figure now."""

    parts: Sequence[Comparison]
    whole: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """Percentages by number of the meeting, from the first. `before` are those of the runs before, or of all earlier cohorts
    when nothing runs; without a figure when not every cohort has a run before it. `last` is that of the latest meetings of
    the cohorts that run, and `against` compares it with the meetings of the same numbers in the runs before.
    """

    numbers: Sequence[int]
    going: Sequence[int | None]
    before: Sequence[int | None]
    last: int | None
    against: Against

    @property
    def lowest(self) -> int:
        """Where the axis begins: at 50, or at 0 when a figure comes so near that its label would not fit above the axis."""
        known = [value for value in (*self.going, *self.before) if value is not None]
        return 0 if not known or min(known) < 60 else 50


@lru_cache(maxsize=KEPT)
def read_trend(text: str, running: tuple[Running, ...]) -> Trend:
    """The trend in what `read_meetings_text` gave: a JSON array of arrays. Cohorts and figures alone, so the answer may be kept
    for who asks next.
    """
    return build_trend([Held._make(one) for one in json.loads(text)], running)


def build_trend(meetings: Iterable[Any], running: Sequence[Running]) -> Trend:
    """Add the rows of `list_meeting_attendance` up by number, beside the rows of `list_running`."""
    held: dict[str, dict[int, Any]] = defaultdict(dict)
    for row in meetings:
        held[row.cohort_id][row.number] = row
    pairs = [(held.get(one.cohort_id, {}), held.get(one.previous_id or "", {})) for one in running]
    going = [mine for mine, _ in pairs]
    beside = _list_beside(pairs) if running else [({}, of) for of in held.values()]
    last = max((number for of in (*going, *(then for _, then in beside)) for number in of), default=0)
    numbers = range(1, last + 1)
    latest = {row.cohort_id: row for mine in going for row in mine.values() if row.back == 1}
    return Trend(
        list(numbers),
        [_share([of[number] for of in going if number in of]) for number in numbers],
        [
            _expect([_weigh(mine, then, number) for mine, then in beside if number in then])
            for number in numbers
        ],
        _share(latest.values()),
        compare_runs(running, _shares(latest), _shares(_at_the_same(running, held, latest))),
    )


def _list_beside(pairs: Sequence[tuple[ByNumber, ByNumber]]) -> Sequence[tuple[ByNumber, ByNumber]]:
    """All of them, or none when a cohort that met has no run before: the two lines would be about different programmes."""
    return [] if any(mine and not then for mine, then in pairs) else pairs


def _weigh(mine: ByNumber, then: ByNumber, number: int) -> Weighed:
    """A meeting of the run before, for as many people as the cohort of now has there, or had at its last meeting."""
    own = mine.get(number) or (mine[max(mine)] if mine else then[number])
    return own.recorded, (then[number].present, then[number].recorded)


def _at_the_same(
    running: Sequence[Running], held: Mapping[str, ByNumber], latest: Mapping[str, Any]
) -> dict[str, Any]:
    """By cohort the meeting of the run before with the number of its own latest one, where there is such a meeting."""
    numbers = {one.cohort_id: latest[one.cohort_id].number for one in running if one.cohort_id in latest}
    return {
        one.cohort_id: then[numbers[one.cohort_id]]
        for one in running
        if one.cohort_id in numbers
        and numbers[one.cohort_id] in (then := held.get(one.previous_id or "", {}))
    }


def compare_runs(running: Sequence[Running], now: Mapping[str, Share], then: Mapping[str, Share]) -> Against:
    """Put what cohorts have beside what the run before had, both by the id of the cohort of now; of nothing is no figure."""
    told = [one for one in running if now.get(one.cohort_id, NOTHING)[1]]
    known = [one for one in told if then.get(one.cohort_id, NOTHING)[1]]
    parts = []
    for sign in dict.fromkeys(one.sign for one in known):
        cohorts = [one for one in known if one.sign == sign]
        shares = [now[one.cohort_id] for one in cohorts]
        mine = percent(sum(part for part, _ in shares), sum(whole for _, whole in shares))
        theirs = _expect([(now[one.cohort_id][1], then[one.cohort_id]) for one in cohorts])
        if mine is not None and theirs is not None:
            every = len(cohorts) == sum(one.sign == sign for one in told)
            parts.append(Comparison(sign, tuple(cohorts), every, mine, theirs))
    return Against(tuple(parts), len(parts) == 1 and len(known) == len(told))


def _expect(weighed: Sequence[Weighed]) -> int | None:
    """The percentage that so many people would have with those shares."""
    total = sum(weight for weight, _ in weighed)
    found = sum((Fraction(weight * part, whole) for weight, (part, whole) in weighed), Fraction())
    return percent(found.numerator, total * found.denominator)


def _share(rows: Collection[Any]) -> int | None:
    return percent(sum(row.present for row in rows), sum(row.recorded for row in rows))


def _shares(rows: Mapping[Any, Any]) -> dict[Any, Share]:
    return {key: (row.present, row.recorded) for key, row in rows.items()}

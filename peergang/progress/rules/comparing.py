"""Two cohorts side by side: which difference is the largest, and whether it can be chance."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from math import sqrt
from typing import Any

from peergang.progress.rules.annual import Loss
from peergang.progress.rules.figures import Figures, percent
from peergang.progress.rules.waiting_days import Waiting

FEW = 5
"""With fewer people than this one person makes twenty points and more, so a difference says nothing."""

CERTAIN = 1.96
"""So many standard errors apart happens by chance once in twenty times."""

POINTS = 12
"""At most so many points on the line of weeks, so that the numbers under it can be read."""


class Compared(StrEnum):
    """What two cohorts are compared by."""

    ATTENDANCE = "attendance"
    PROGRESS = "progress"
    HANDED_IN = "handed_in"
    STOPPED = "stopped"
    QUICK = "quick"


class Verdict(StrEnum):
    """What the largest difference says."""

    NOTHING = "nothing"
    SAME = "same"
    FEW = "few"
    CHANCE = "chance"
    CLEAR = "clear"


def is_earlier_run(one: Any, other: Any) -> bool:
    """Whether cohort `one` is of a run before that of `other`: it was over when the other began, or had begun half the
    length of the other before. A sister of the same season is not. `queries.previous_run` asks the same of the database.
    """
    apart, length = other.starts_on - one.starts_on, other.ends_on - other.starts_on
    return bool(apart > timedelta() and (one.ends_on < other.starts_on or 2 * apart >= length))


@dataclass(frozen=True, slots=True)
class Work:
    """One module: how many reflections were due, how many came and how many in time."""

    sign: str
    slug: str
    code: str
    title: str
    title_en: str
    due: int
    handed_in: int
    in_time: int

    @property
    def share(self) -> int | None:
        """What came, in percents."""
        return percent(self.handed_in, self.due)


@dataclass(frozen=True, slots=True)
class Run:
    """One of the two. `meetings` are percents by number, `weeks` percents at the end of each week that is over."""

    cohort: Any
    figures: Figures
    people: int
    meetings: Mapping[int, int | None]
    weeks: Sequence[int | None]
    work: Sequence[Work]
    losses: Sequence[Loss]
    waiting: Waiting

    @property
    def started(self) -> int:
        """Everybody who ever began."""
        return max((one.reached for one in self.losses), default=0)

    @property
    def stopped(self) -> int:
        """Who left, in whichever module."""
        return sum(one.stopped for one in self.losses)


@dataclass(frozen=True, slots=True)
class Difference:
    """The two figures of one kind, and over how many people (or answers) each goes."""

    kind: Compared
    one: int | None
    other: int | None
    numbers: tuple[int, int]

    @property
    def points(self) -> int:
        """How far they are apart; 0 when one of them is not known."""
        return 0 if self.one is None or self.other is None else abs(self.one - self.other)

    @property
    def verdict(self) -> Verdict:
        """Whether the difference says something. People come to many meetings, so each counts once for chance."""
        if self.one is None or self.other is None:
            return Verdict.NOTHING
        if self.points == 0:
            return Verdict.SAME
        if min(self.numbers) < FEW:
            return Verdict.FEW
        first, second = self.numbers
        together = (self.one * first + self.other * second) / (100 * (first + second))
        error = 100 * sqrt(together * (1 - together) * (1 / first + 1 / second))
        return Verdict.CLEAR if self.points > CERTAIN * error else Verdict.CHANCE


def compare(one: Run, other: Run) -> list[Difference]:
    """Every kind, in a fixed order. Progress is compared at the last week that both have had."""
    week = min(len(one.weeks), len(other.weeks)) - 1
    people = (one.people, other.people)
    began = (one.started, other.started)
    answers = (one.waiting.number, other.waiting.number)
    shares = [
        percent(sum(w.handed_in for w in run.work), sum(w.due for w in run.work)) for run in (one, other)
    ]
    return [
        Difference(Compared.ATTENDANCE, one.figures.attendance, other.figures.attendance, people),
        Difference(
            Compared.PROGRESS,
            one.weeks[week] if week >= 0 else None,
            other.weeks[week] if week >= 0 else None,
            people,
        ),
        Difference(Compared.HANDED_IN, shares[0], shares[1], people),
        Difference(
            Compared.STOPPED, percent(one.stopped, one.started), percent(other.stopped, other.started), began
        ),
        Difference(Compared.QUICK, one.waiting.share, other.waiting.share, answers),
    ]


def largest(differences: Iterable[Difference]) -> Difference | None:
    """The one that says most: what is clear goes before what may be chance, and then the widest."""
    known = [one for one in differences if one.verdict != Verdict.NOTHING]
    order = (Verdict.CLEAR, Verdict.CHANCE, Verdict.FEW, Verdict.SAME)
    return min(known, key=lambda one: (order.index(one.verdict), -one.points), default=None)


def weeks_of(done: Mapping[int, int], whole: int, number: int) -> list[int | None]:
    """Percents at the end of each of the first `number` weeks; `done` says how much was completed in which week. What was
    done before the first day belongs to the first week.
    """
    total = sum(amount for week, amount in done.items() if week < 0)
    found: list[int | None] = []
    for week in range(number):
        total += done.get(week, 0)
        found.append(percent(total, whole))
    return found


def side_by_side(sides: Sequence[Sequence[Any]]) -> list[tuple[Any, Any, Any]]:
    """The modules of both in their order: the module, and what each cohort has of it (None where it has no such module)."""
    found = [{(one.sign, one.slug): one for one in side} for side in sides]
    keys = list(dict.fromkeys(key for side in found for key in side))
    return [(found[0].get(key) or found[1][key], found[0].get(key), found[1].get(key)) for key in keys]


def pick_weeks(number: int) -> list[int]:
    """Which weeks (from 1) stand on the line: evenly spaced, the last one among them."""
    step = max(1, -(-number // POINTS))
    return sorted(range(number, 0, -step))

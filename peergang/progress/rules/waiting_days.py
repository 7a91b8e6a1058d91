"""How long people waited for a first reaction, in working days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from peergang.progress.rules.figures import percent
from peergang.progress.rules.seasons import FEEDBACK_DAYS, feedback_deadline, is_working_day

NEVER = 10_000
"""Longer than anybody waits: what is unanswered after its deadline stands at the end of the row."""

LOOK_BACK = 400
"""Working days are counted no further; whoever waited longer waited very long."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Of what had to be answered by now: how many, how many within five working days, and how long half of them waited.

    `median` is None without any, and when half of them have no answer yet.
    """

    number: int = 0
    quick: int = 0
    median: int | None = None

    @property
    def share(self) -> int | None:
        """Within five working days, in percents."""
        return percent(self.quick, self.number)


def measure_waiting(rows: Iterable[Any], today: date) -> Waiting:
    """Add up rows with handed_in, answered and number. What is unanswered and still has time is left out."""
    found: dict[int, int] = {}
    for row in rows:
        deadline = feedback_deadline(row.handed_in)
        if row.answered is None and deadline >= today:
            continue
        days = NEVER if row.answered is None else count_working_days(row.handed_in, row.answered)
        found[days] = found.get(days, 0) + row.number
    number = sum(found.values())
    quick = sum(amount for days, amount in found.items() if days <= FEEDBACK_DAYS)
    return Waiting(number, quick, _median(found, number))


def count_working_days(first: date, last: date) -> int:
    """How many working days lie after `first`, up to and including `last`."""
    days = min((last - first).days, LOOK_BACK)
    return sum(is_working_day(date.fromordinal(first.toordinal() + number)) for number in range(1, days + 1))


def _median(found: dict[int, int], number: int) -> int | None:
    passed = 0
    for days in sorted(found):
        passed += found[days]
        if 2 * passed >= number:
            return None if days == NEVER else days
    return None

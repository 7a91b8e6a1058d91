"""Institutions that ask for attention, read from one text: a hundred signals that a process mostly has seen already."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from peergang.progress.rules.reckoning import KEPT

LAST = "no_contact"
"""What is said after all that happened."""


@dataclass(frozen=True, slots=True, eq=False)
class Reason:
    """One thing that is seen; templates/progress/risk_words.html says it. Equal to itself alone, so that what was drawn of it
    can be kept. Of a past day whose figures are not known any more `values` is empty, and `since` when it was first seen.
    """

    rule: str
    since: date
    values: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Attention:
    """An institution that asks for attention, why, and when somebody last called."""

    institution_id: str
    name: str
    reasons: tuple[Reason, ...]
    opened_at: datetime
    last_call: datetime | None

    @property
    def is_talked_about(self) -> bool:
        """Whether somebody called since it began."""
        return self.last_call is not None and self.last_call >= self.opened_at


@lru_cache(maxsize=KEPT)
def read_attention(text: str) -> Sequence[Attention]:
    """Who asks for attention in a JSON array of signals; most reasons first, then what lasts longest. A signal is an array of
    institution, name, rule, since, values, opened_at and last_call. It names institutions and no person, so the answer may
    be kept for who asks next.
    """
    grouped: dict[str, list[list[Any]]] = {}
    for signal in json.loads(text):
        grouped.setdefault(signal[0], []).append(signal)
    found = [_gather(signals) for signals in grouped.values()]
    return tuple(sorted(found, key=lambda one: (-len(one.reasons), one.opened_at, one.name)))


def _gather(signals: Sequence[Sequence[Any]]) -> Attention:
    """Two cohorts may say the same, which is said once."""
    reasons: list[Reason] = []
    for _id, _name, rule, since, values, *_moments in sorted(signals, key=lambda one: one[2] == LAST):
        if not any(rule == other.rule and values == other.values for other in reasons):
            reasons.append(Reason(rule, date.fromisoformat(since), values))
    institution_id, name, *_what, last_call = signals[0]
    opened_at = min(datetime.fromisoformat(one[5]) for one in signals)
    called_at = datetime.fromisoformat(last_call) if last_call else None
    return Attention(institution_id, name, tuple(reasons), opened_at, called_at)

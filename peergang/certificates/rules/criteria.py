"""What a programme asks for its certificate, and how far somebody is."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

NEARLY = 2
"""Who lacks at most so much in all is nearly there."""


class Criterion(StrEnum):
    """What may be asked."""

    ACTIVITIES = "activities"
    MEETINGS = "meetings"
    EXAMPLES = "examples"


class Stage(StrEnum):
    """How far somebody is with their certificate."""

    HAS = "has"
    WITHDRAWN = "withdrawn"
    MET = "met"
    NEARLY = "nearly"
    ON_THE_WAY = "on_the_way"


@dataclass(frozen=True, slots=True)
class Terms:
    """What an edition asks: shares of the required activities (meetings apart) and of the meetings in per cent, and a number
    of practice examples. 0 asks for nothing.
    """

    hours: int
    activities: int
    meetings: int
    examples: int
    outcomes: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Terms":
        """From what the edition holds (curriculum.models.Edition.certificate)."""
        return cls(
            stored["hours"],
            stored["activities"],
            stored["meetings"],
            stored["examples"],
            tuple((one["nl"], one["en"]) for one in stored["outcomes"]),
        )

    def stored(self) -> dict[str, Any]:
        """As the edition holds them."""
        outcomes = [{"nl": dutch, "en": english} for dutch, english in self.outcomes]
        return {**asdict(self), "outcomes": outcomes}


@dataclass(frozen=True, slots=True)
class Figures:
    """What there is to do in somebody's cohort, and what they did of it."""

    activities: int = 0
    activities_done: int = 0
    meetings: int = 0
    meetings_attended: int = 0
    examples_shared: int = 0

    def stored(self) -> dict[str, int]:
        """As a certificate keeps them."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion: `done` of `needed`, where `total` is all there is to do (0 for a plain number)."""

    criterion: Criterion
    done: int
    needed: int
    total: int

    @property
    def is_met(self) -> bool:
        """Whether enough was done. A share of nothing is not: there must be something to do first."""
        return 0 < self.needed <= self.done

    @property
    def missing(self) -> int:
        """How much there is still to do."""
        return max(self.needed - self.done, 0)


def judge(terms: Terms, figures: Figures) -> list[Line]:
    """Every criterion that is asked, in the order in which pages tell them."""
    lines = []
    if terms.activities:
        needed = share_of(figures.activities, terms.activities)
        lines.append(Line(Criterion.ACTIVITIES, figures.activities_done, needed, figures.activities))
    if terms.meetings:
        needed = share_of(figures.meetings, terms.meetings)
        lines.append(Line(Criterion.MEETINGS, figures.meetings_attended, needed, figures.meetings))
    if terms.examples:
        lines.append(Line(Criterion.EXAMPLES, figures.examples_shared, terms.examples, 0))
    return lines


def is_earned(terms: Terms, figures: Figures) -> bool:
    """Whether everything that is asked was done."""
    lines = judge(terms, figures)
    return bool(lines) and all(line.is_met for line in lines)


def share_of(total: int, percent: int) -> int:
    """The least whole number that is `percent` of `total`: 80 % of 6 is 5."""
    return -(-total * percent // 100)


def stage_of(terms: Terms, figures: Figures) -> Stage:
    """How far somebody is who has no certificate."""
    if is_earned(terms, figures):
        return Stage.MET
    missing = sum(line.missing for line in judge(terms, figures))
    return Stage.NEARLY if 0 < missing <= NEARLY else Stage.ON_THE_WAY

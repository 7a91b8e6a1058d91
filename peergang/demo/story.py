"""What a story of the demo is made of: a cohort, the people in it, and scenes that must be there at the beginning."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Pace(StrEnum):
    """How somebody goes about their work."""

    EARLY = "early"
    STEADY = "steady"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Part:
    """What becomes of one participant.

    `joins` is the number of the first module they do and `stops` that of the first they no longer do (1 is the first).
    `absent` holds the numbers of meetings they miss. `answers` says how many days after the invitation they accept;
    None means that they do not answer yet.
    """

    who: str
    pace: Pace = Pace.STEADY
    joins: int = 1
    stops: int = 99
    absent: frozenset[int] = frozenset()
    answers: int | None = 2
    declines: bool = False


class Ending(StrEnum):
    """Where a reflection stands at the moment around which the demo is built."""

    STARTED = "started"
    WAITING = "waiting"
    REVISING = "revising"
    IMPROVED = "improved"
    IN_HAND = "in_hand"
    RETURNED = "returned"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Scene:
    """A reflection that must stand somewhere at that moment: begun and submitted so many days before it."""

    ending: Ending
    begun: float
    submitted: float = 0
    audience: str = "peer_group"
    givers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """A cohort with its dates and people. `groups` maps the names of peer groups to who is in them."""

    key: str
    name: str
    programme: str
    starts_on: date
    ends_on: date
    meetings: tuple[date, ...]
    made_on: date
    capacity: int
    trainers: tuple[str, ...]
    parts: tuple[Part, ...]
    groups: dict[str, tuple[str, ...]]
    place: str
    leaves: tuple[tuple[str, date], ...] = ()
    closes_on: date | None = None
    scenes: dict[tuple[str, str], Scene] = field(default_factory=dict)
    shift: int = 0
    """By how many places the texts move on, so that two cohorts do not tell the same person's story."""

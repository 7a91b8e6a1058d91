"""What happens in the demo: one event is one person doing one thing at one moment."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from peergang.core.clock import at_local, local_date

SEED = "bruggen-bouwen"
"""The demo is the same every time, seen from the day on which it was filled."""


@dataclass(frozen=True, slots=True)
class Event:
    """`who` does `what` (a name in peergang.demo.acts) at `at`, in the cohort of the story `story`."""

    at: datetime
    story: str
    who: str
    what: str
    more: dict[str, Any] = field(default_factory=dict, compare=False)


def chance(*about: object) -> Random:
    """A source of chance that gives the same about the same things, whatever else happens."""
    return Random("/".join(str(one) for one in (SEED, *about)))  # noqa: S311 (nothing here must be hard to guess)


def working_hour(day: date, dice: Random, *, evenings: bool = True) -> datetime:
    """A moment on `day` at which somebody of a school sits at a screen.

    From the weekend it mostly moves to Monday, and out of the Christmas holiday into January.
    """
    if (day.month, day.day) >= (12, 22) or (day.month, day.day) <= (1, 3):
        day += timedelta(days=14 if dice.random() < 0.85 else 0)
    if day.weekday() >= 5 and dice.random() < 0.8:
        day += timedelta(days=7 - day.weekday())
    hour = dice.choice(
        (8, 9, 10, 11, 13, 14, 15, 16, 16, 19, 20, 21) if evenings else (9, 10, 11, 13, 14, 15, 16)
    )
    return at_local(day, time(hour, dice.randrange(60)))


def days_before(moment: datetime, days: float, dice: Random, *, evenings: bool = True) -> datetime:
    """A working hour so many days before `moment`; negative days come after it."""
    return working_hour(local_date(moment - timedelta(days=days)), dice, evenings=evenings)


def not_before(moment: datetime, earliest: datetime) -> datetime:
    """`moment`, or shortly after `earliest` when that is later."""
    return moment if moment > earliest else earliest + timedelta(minutes=25)

"""The clock of an intervision."""

from datetime import datetime, timedelta
from enum import StrEnum

ABANDONED_AFTER = timedelta(hours=8)
"""A talk that nobody ended is over by then."""


class Move(StrEnum):
    """What a group does with the clock."""

    NEXT = "next"
    PREVIOUS = "previous"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"


def ends_at(step_started_at: datetime, paused_at: datetime | None, minutes: int, now: datetime) -> datetime:
    """When the step ends: while paused, as far from now as it was from the start of the pause."""
    end = step_started_at + timedelta(minutes=minutes)
    return end if paused_at is None else end + (now - paused_at)

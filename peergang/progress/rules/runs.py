"""A full compile as something that can be followed: its states, and how long it still takes."""

from datetime import datetime, timedelta
from enum import StrEnum

SILENCE = timedelta(minutes=2)
"""Nobody is at work on a run that was not heard of for so long: it goes on with whoever comes next."""

ABANDONED = timedelta(hours=1)
"""After so much silence a new run begins, instead of an old one going on."""

KEPT = timedelta(days=90)
"""How long runs and what they found are kept."""

LATE = timedelta(minutes=5)
"""A mark older than this means that the incremental compile does not keep up, or does not run."""


class RunState(StrEnum):
    """How a full compile stands. Only one runs at a time."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class Origin(StrEnum):
    """Where a full compile was begun."""

    NIGHT = "night"
    PAGE = "page"
    SHELL = "shell"


def is_silent(heard_at: datetime | None, now: datetime) -> bool:
    """Whether nobody seems to be at work on a running compile; `heard_at` is empty before it has a worker."""
    return heard_at is None or now - heard_at > SILENCE


def time_left(done: int, total: int, worked: float) -> timedelta | None:
    """How long the rest takes when it goes as the part that was done in `worked` seconds; None before anything was done."""
    if done <= 0 or worked <= 0:
        return None
    return timedelta(seconds=worked * max(0, total - done) / done)

"""What is kept of the history, and what a page about a past day says of it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from peergang.core.clock import at_local

QUARTER = timedelta(weeks=13)
"""So long every day is kept; what is older, once a week."""

SUNDAY = timedelta(days=6)
"""From Monday to the last day of the week."""

MADE_UP = timedelta(days=14)
"""How far back a missed day is made up for: so long ago a worker that was away is noticed by everybody."""

EVENING = time(23)
"""From then on a snapshot is that of the end of the day; the worker takes it at half past eleven."""


def is_of_evening(day: date, taken_at: datetime) -> bool:
    """Whether what was taken at that moment tells how a day ended. A worker that makes up for last night in the morning
    takes one of a day that has yet to happen.
    """
    return taken_at >= at_local(day, EVENING)


def first_monday_kept_daily(today: date) -> date:
    """The Monday from which on every day is kept; weeks before it are older than a quarter as a whole."""
    day = today - QUARTER
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class AsOf:
    """What is known of a past day. `progress_on` is the day of the snapshot that is shown: the day itself or the nearest one
    before it; empty before the first. `made_up` says that it was reckoned afterwards, and `taken_at` when it was taken.
    """

    day: date
    progress_on: date | None
    first_day: date | None
    made_up: bool
    taken_at: datetime | None = None

    @property
    def exact(self) -> bool:
        """Whether progress is of the day itself."""
        return self.progress_on == self.day

    @property
    def whole(self) -> bool:
        """Whether it tells how the day ended of which it is."""
        taken = self.progress_on is not None and self.taken_at is not None
        return not taken or is_of_evening(self.progress_on, self.taken_at)  # type: ignore[arg-type]

    @property
    def known(self) -> bool:
        """Whether anything is known of progress on that day."""
        return self.progress_on is not None

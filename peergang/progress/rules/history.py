"""What is kept of the history, and what a page about a past day says of it."""

from dataclasses import dataclass
from datetime import date, timedelta

QUARTER = timedelta(weeks=13)
"""So long every day is kept; what is older, once a week."""

SUNDAY = timedelta(days=6)
"""From Monday to the last day of the week."""

MADE_UP = timedelta(days=14)
"""How far back a missed day is made up for: so long ago a worker that was away is noticed by everybody."""


def first_monday_kept_daily(today: date) -> date:
    """The Monday from which on every day is kept; weeks before it are older than a quarter as a whole."""
    day = today - QUARTER
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class AsOf:
    """What is known of a past day. `progress_on` is the day of the snapshot that is shown: the day itself or the nearest one
    before it; empty before the first. `made_up` says that it was reckoned afterwards.
    """

    day: date
    progress_on: date | None
    first_day: date | None
    made_up: bool

    @property
    def exact(self) -> bool:
        """Whether progress is of the day itself."""
        return self.progress_on == self.day

    @property
    def known(self) -> bool:
        """Whether anything is known of progress on that day."""
        return self.progress_on is not None

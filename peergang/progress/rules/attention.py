"""What three weeks of silence is: for participants, for the people of an institution, and in the reminders about it."""

from datetime import date, datetime

from peergang.core.clock import local_date
from peergang.reminders.rules import SILENCE

__all__ = ["SILENCE", "is_silent", "quiet_since"]


def is_silent(last_active: datetime | None, since: date, now: datetime) -> bool:
    """Whether nothing was done for three weeks, by somebody who could have since `since`."""
    return local_date(now) - quiet_since(last_active, since) >= SILENCE


def quiet_since(last_active: datetime | None, since: date) -> date:
    """The day on which somebody was last seen, who could do something since `since`."""
    return max(local_date(last_active), since) if last_active else since

"""Three weeks of silence in what was compiled: of the people of an institution, and in what contact persons are told.

Of one participant the signals say it, by reminders/queries/silence.py: those know of holidays and of what is due.
"""

from datetime import date, datetime

from peergang.core.clock import local_date
from peergang.reminders.rules import SILENCE

__all__ = ["SILENCE", "quiet_since"]


def quiet_since(last_active: datetime | None, since: date) -> date:
    """The day on which somebody was last seen, who could do something since `since`."""
    return max(local_date(last_active), since) if last_active else since

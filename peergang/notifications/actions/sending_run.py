"""One run of the delivery: with what it sends, since when, and what it did."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from peergang.core.config import Settings
from peergang.core.db import Bind
from peergang.core.mail import Transport
from peergang.notifications.actions.message import split_address
from peergang.notifications.actions.rates import Pace
from peergang.notifications.actions.writing import Writer


@dataclass(slots=True)
class Delivery:
    """One run, and what it did by state. `pause`: how long what is left waits, because the mail server is in trouble; the run
    then ends.
    """

    bind: Bind
    settings: Settings
    transport: Transport
    started: datetime
    writer: Writer
    pace: Pace
    counts: Counter[str] = field(default_factory=Counter)
    pause: timedelta = timedelta()
    _clock: float = field(default_factory=monotonic)

    def now(self) -> datetime:
        """The moment given at the start, moved on by the time that passed since."""
        return self.started + timedelta(seconds=monotonic() - self._clock)

    @property
    def sender(self) -> str:
        """The address that bounces go to."""
        return split_address(self.settings.mail_from)[1]

"""Messages pushed to a browser: how long, how often, and what collapses."""

from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from peergang.core.web_push import LONGEST_LIFE, encode
from peergang.notifications.rules.choices import Urgency

BROWSERS = 10
"""Browsers that one person can have; one more, and the one that was used least lately goes."""

WITHIN = timedelta(hours=12)
"""So long after a matter became due somebody may be told with a sound; later the page with messages will do."""

CLAIMED_FOR = timedelta(minutes=2)
"""After so long without a result a claim counts as lost; also how soon a service that was busy is asked again."""

BATCH = 40
GIVE_UP = 20
"""After so many failures in a row a browser is taken off the list: nobody answers there any more."""

LONGEST = 300
"""Characters of the smaller text; a push service takes four kilobytes."""

_URGENCY = {Urgency.LOW: "low", Urgency.NORMAL: "normal"}


def topic_of(rule: str, subject_id: UUID) -> str:
    """What makes a second message about the same matter take the place of the first, on its way and on the screen."""
    return encode(sha256(f"{rule}/{subject_id}".encode()).digest())[:32]


def life_of(expires_at: datetime, now: datetime) -> int:
    """The seconds for which a push service may keep it for a browser that is off."""
    return int(max(timedelta(), min(expires_at - now, LONGEST_LIFE)).total_seconds())


def urgency_of(urgency: int) -> str:
    """As RFC 8030 calls it: what may wake up a telephone."""
    return _URGENCY.get(Urgency(urgency), "high")


def retry_after(failures: int) -> timedelta:
    """How long a browser's service is left alone after so many failures in a row: 2, 4, 8 minutes, to two hours."""
    return min(timedelta(minutes=2 ** min(failures, 7)), timedelta(hours=2))

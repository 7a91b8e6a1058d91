"""Pure rules of the discussion: how far people follow it, what a post can be, when one can write, and when followers hear."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from peergang.cohorts.rules import INVITING, CohortState
from peergang.core.clock import at_local, local
from peergang.core.errors import Conflict
from peergang.notifications.rules import SATURDAY

TITLE_MAX_LENGTH = 120
BODY_MAX_LENGTH = 5_000
REASON_MAX_LENGTH = 300
MOST_MENTIONS = 8
"""Whoever wants to reach the whole cohort does not need its names one by one."""

PAGE = 50
"""Posts on a page of a conversation."""
THREADS_PAGE = 30

DIGEST_AT = time(16, 0)
"""When followers hear of a day's replies, in one notice; what comes later belongs to the next day."""


class Level(StrEnum):
    """How somebody follows a conversation. Who never chose or took part has none, and that counts as OFF."""

    FOLLOW = "follow"
    OFF = "off"
    MUTE = "mute"


class PostState(StrEnum):
    """What is left to read of a post."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    REMOVED = "removed"
    ERASED = "erased"


def takes_up(level: str | None) -> bool:
    """Whether taking part (starting, replying, being mentioned) makes somebody follow: unless they asked for silence."""
    return level != Level.MUTE


def why_closed(cohort_state: str, opens_at: datetime | None, now: datetime) -> str:
    """Why nobody can write here: `cohort_closed`, `cohort_cancelled`, `not_open` or `module_not_open`; "" when they can.

    `opens_at` is when the module opens; None for a meeting, and for a module without a date.
    """
    if cohort_state == CohortState.CLOSED:
        return "cohort_closed"
    if cohort_state == CohortState.CANCELLED:
        return "cohort_cancelled"
    if cohort_state not in INVITING:
        return "not_open"
    return "module_not_open" if opens_at is not None and opens_at > now else ""


def check_open(cohort_state: str, opens_at: datetime | None, now: datetime) -> None:
    """Refuse to write where a conversation is not open (any more).

    Raises:
        Conflict: with the reason of `why_closed`.
    """
    reason = why_closed(cohort_state, opens_at, now)
    if reason:
        raise Conflict(reason)


def digest_day(moment: datetime) -> date:
    """The day whose notice tells of a post: the day in Amsterdam itself, or the next from DIGEST_AT on; never a weekend."""
    here = local(moment)
    day = here.date() if here.time() < DIGEST_AT else here.date() + timedelta(days=1)
    return day + timedelta(days=7 - day.weekday() if day.weekday() >= SATURDAY else 0)


def digest_at(day: date) -> datetime:
    """The moment at which the notice of `day` may leave."""
    return at_local(day, DIGEST_AT)


def block_start(number: int) -> int:
    """After which number the page begins that holds post `number`."""
    return max(0, (number - 1) // PAGE * PAGE)

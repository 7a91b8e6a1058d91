"""States of a notice and how long each step may take."""

from datetime import datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zlib import crc32

from peergang.core.clock import at_local, local

MORNING = time(8, 30)
FROM, UNTIL = time(8, 0), time(21, 0)
SATURDAY = 5


class Kind(StrEnum):
    """Whether the reader may stop a rule."""

    ACCOUNT = "account"
    REMINDER = "reminder"


class NoticeState(StrEnum):
    """Life of a notice. `claimed` and silent for too long becomes `uncertain`: a human decides, because SMTP cannot prove
    what happened between the hand-over and the answer.
    """

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENT = "sent"
    SUPPRESSED = "suppressed"
    EXPIRED = "expired"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


class Outcome(StrEnum):
    """What a human says of a message in doubt: it arrived, send it again, or let it be."""

    SENT = "sent"
    AGAIN = "again"
    DROP = "drop"


UNSETTLED = (NoticeState.UNCERTAIN, NoticeState.FAILED)
"""What nothing but a human moves on."""

CLAIM_SIZE = 200
"""Notices that one worker takes at a time. They are checked and their words are fetched together."""

HAND_OVER_SIZE = 16
"""Messages that are marked as handed over together."""

HAND_OVER_EARLY = 4
"""So many before the end of these the next are marked, while the disk works and mail goes on. Together they are what a killed
worker leaves for a human to decide about."""

LOOK_AHEAD = CLAIM_SIZE * 3 // 4
"""When so many messages of a claim are left, the next claim is made: late enough that its check is young when its turn comes,
and early enough that it is ready by then."""

FRESH = timedelta(seconds=10)
"""How long the check before sending holds. A slow mail server makes the rest of the batch be checked again."""

CLAIM_TIMEOUT = timedelta(minutes=10)
"""After so long without a word from its worker, a claimed notice is taken back or becomes uncertain."""

PAUSE = timedelta(minutes=1)
"""How long the rest waits when the mail server cannot be reached or broke off."""

MAX_ATTEMPTS = 6
AHEAD = timedelta(days=1)
"""Account mail is dated so much earlier, so that a new password never stands in line behind thousands of reminders."""


JITTER = 0.2
"""What was refused together comes back apart, or the server that was busy then is busy again."""


def retry_after(attempts: int, mail_id: UUID) -> timedelta:
    """How long to wait after the `attempts`-th temporary refusal: 1, 4, 16, 64, 256 minutes, give or take a fifth.

    How much is given or taken follows from the mail and the attempt, so that it can be told and tested.
    """
    drawn = crc32(mail_id.bytes + bytes([attempts % 256])) / 0xFFFFFFFF
    return timedelta(minutes=4 ** max(0, attempts - 1)) * (1 - JITTER + 2 * JITTER * drawn)


def daytime(now: datetime, *, weekend: bool = False) -> datetime:
    """`now` when somebody may be bothered, else the next morning at half past eight; with `weekend` also on a Saturday."""
    here = local(now)
    if FROM <= here.time() < UNTIL and (weekend or here.weekday() < SATURDAY):
        return now
    day = here.date() if here.time() < FROM else here.date() + timedelta(days=1)
    while day.weekday() >= SATURDAY and not weekend:
        day += timedelta(days=1)
    return at_local(day, MORNING)

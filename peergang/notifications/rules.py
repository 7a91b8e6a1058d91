"""States of a notice and how long each step may take."""

from datetime import timedelta
from enum import StrEnum


class Kind(StrEnum):
    """Whether the reader may stop a rule."""

    ACCOUNT = "account"
    REMINDER = "reminder"


class NoticeState(StrEnum):
    """Life of a notice. `claimed` and silent for too long becomes `uncertain`: a human decides, because SMTP cannot prove
    what happened between the hand-over and the answer."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENT = "sent"
    SUPPRESSED = "suppressed"
    EXPIRED = "expired"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


FINAL = frozenset({NoticeState.SENT, NoticeState.SUPPRESSED, NoticeState.EXPIRED, NoticeState.FAILED})

CLAIM_SIZE = 200
CLAIM_TIMEOUT = timedelta(minutes=10)
MAX_ATTEMPTS = 6


def retry_after(attempts: int) -> timedelta:
    """How long to wait after the `attempts`-th temporary refusal: 1, 4, 16, 64, 256 minutes."""
    return timedelta(minutes=4 ** max(0, attempts - 1))

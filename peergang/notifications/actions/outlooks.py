"""What becomes of a message, as somebody may know it who looks after messages."""

from dataclasses import dataclass
from datetime import datetime

from peergang.notifications.rules import Step
from peergang.notifications.rules.coming import Foreseen

NOT_PRIVATE = frozenset(
    {
        *(
            "",
            "done",
            "handed_in",
            "accepted",
            "used",
            "given",
            "withdrawn",
            "closed",
            "cancelled",
            "excused",
        ),
        *(
            "not_open",
            "joined_later",
            "nobody_waits",
            "told",
            "meeting_moved",
            "gone",
            "expired",
            "deactivated",
        ),
        "no_such_rule",
    }
)
"""Why a message does not go that its rule or the cohort gives, and an organiser sees anyway. Every other reason may tell of
somebody's own choices, absences and visits, or of whether their address works.
"""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What becomes of a message, as the asker may know it.

    `how`: "mail" at `at`; "site" for only there; "not" when it does not go now, or that is all that may be said; "sent" and
    "ended" for what is over, at `at`. `reason` is empty for who may not know.
    """

    how: str
    at: datetime | None = None
    reason: str = ""


def as_outlook(foreseen: Foreseen) -> Outlook:
    """What is foreseen of a notice, for a page."""
    if foreseen.step == Step.LAPSE:
        on_site = foreseen.reason in ("in_app", "quiet", "budget", "suspended")
        return Outlook("site" if on_site else "not", foreseen.at, foreseen.reason)
    return Outlook("mail", foreseen.at, foreseen.reason)


def discreet(outlook: Outlook) -> Outlook:
    """The same for who may not know what somebody chose, where they are, or whether their address works: one answer for all
    of these, so that none can be told from the others.
    """
    return outlook if outlook.reason in NOT_PRIVATE else Outlook("not")

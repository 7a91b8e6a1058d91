"""What stands on the page with messages, and what state it is in there."""

from enum import StrEnum

PAGE = 20
"""Messages on one page."""

MANY = 99
"""The bell counts no further."""

STILL_TRUE = frozenset({"in_app", "budget", "quiet", "suspended", "paused", "read"})
"""Reasons for which a mail was held back that say nothing about the matter itself. With any other reason it is over, or
its reader does not want to hear of it.
"""

READ = "read"
"""The reason of a mail that was not sent because its reader had seen the message on the site."""

_DONE = frozenset({"done", "handed_in"})


class Glance(StrEnum):
    """What became of the matter of a message, as its reader sees it."""

    OPEN = "open"
    SEEN = "seen"
    DONE = "done"
    OVER = "over"


def glance_at(blocked: str | None) -> Glance:
    """From what the rule says of the matter now: '' while it stands, a word why not, or None when it is gone or moved."""
    if blocked == "":
        return Glance.OPEN
    if blocked == READ:
        return Glance.SEEN
    return Glance.DONE if blocked in _DONE else Glance.OVER

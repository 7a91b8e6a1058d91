"""What completes an activity, and what it still lacks: one function per kind. The words are in labels/completion.py."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from peergang.coursework.rules import Audience, ReflectionState

NOBODY_TO_READ = "nobody_to_read"
"""Evidence that there was nobody to give feedback to."""


class Lack(StrEnum):
    """What is missing now. `none` where the rule itself says everything there is to say."""

    NONE = "none"
    TOPICS = "topics"
    CONVERSATION = "conversation"
    WRITING = "writing"
    DRAFT = "draft"
    READER = "reader"
    GROUP = "group"
    TRAINER = "trainer"
    READING_NOW = "reading_now"
    ADDITION = "addition"
    WITHDRAWN = "withdrawn"
    GIVING = "giving"
    NOTHING_TO_READ = "nothing_to_read"
    TONIGHT = "tonight"
    EXAMPLE = "example"
    MEETING_TO_COME = "meeting_to_come"
    ATTENDANCE = "attendance"
    TOGETHER = "together"


@dataclass(frozen=True, slots=True)
class Missing:
    """What an activity lacks; `count` of `total` where it is counted."""

    lack: Lack
    count: int = 0
    total: int = 0


def lacks_read(unread: int) -> Missing:
    """Read: every topic of the module is marked as read."""
    return Missing(Lack.TOPICS, unread)


def lacks_conversation() -> Missing:
    """A conversation: it is logged."""
    return Missing(Lack.CONVERSATION)


def lacks_reflection(
    state: str | None, audience: str | None, for_trainer_at: datetime | None, has_draft: bool
) -> Missing:
    """A reflection: a trainer finishes it. What is kept for oneself nobody can finish."""
    match state:
        case ReflectionState.SUBMITTED:
            return Missing(Lack.GROUP if for_trainer_at is None else Lack.TRAINER)
        case ReflectionState.IN_REVIEW:
            return Missing(Lack.READING_NOW)
        case ReflectionState.RETURNED:
            return Missing(Lack.ADDITION)
        case ReflectionState.WITHDRAWN:
            return Missing(Lack.WITHDRAWN)
    if audience == Audience.PRIVATE:
        return Missing(Lack.READER)
    return Missing(Lack.DRAFT if has_draft else Lack.WRITING)


def lacks_peer_feedback(given: int, give: int, to_read: int, is_due: bool) -> Missing:
    """Feedback: enough peers were served, or after its due date all there were. The rest is completed at night."""
    if to_read:
        return Missing(Lack.GIVING, given, give)
    if given and is_due:
        return Missing(Lack.TONIGHT, given, give)
    return Missing(Lack.NOTHING_TO_READ, given, give)


def lacks_practice_example() -> Missing:
    """A practice example: one's own stands in the library."""
    return Missing(Lack.EXAMPLE)


def lacks_meeting(is_over: bool) -> Missing:
    """A meeting: attendance was recorded as present."""
    return Missing(Lack.ATTENDANCE if is_over else Lack.MEETING_TO_COME)


def lacks_scan() -> Missing:
    """A scan is done together with the institution; there is nothing that one person completes."""
    return Missing(Lack.TOGETHER)

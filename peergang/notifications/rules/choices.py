"""What somebody may choose about messages, and how much a message matters."""

from enum import IntEnum, StrEnum


class Urgency(IntEnum):
    """How much a message matters. It decides who goes first when not everything fits in somebody's week."""

    LOW = 0
    """Nice to know: a thank-you, a figure. Never more than two mails a week."""
    NORMAL = 1
    """Something to do or to read within days."""
    HIGH = 2
    """Of no use when it comes a day late: a meeting tomorrow."""
    MUST = 3
    """Somebody would stand before a closed door: a meeting was moved or called off. Outside the weekly budget."""
    ALWAYS = 4
    """Account and security: no choice, no quiet time, no budget, never together with anything else."""


class Delivery(StrEnum):
    """How somebody wants to be told about one kind of thing."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    IN_APP = "in_app"
    OFF = "off"


class Section(StrEnum):
    """Under which heading a kind of message stands on the page with choices."""

    COHORT = "cohort"
    WRITING = "writing"
    SHARING = "sharing"
    TRAINING = "training"
    ORGANISING = "organising"


class Rhythm(StrEnum):
    """How often somebody wants mail at all: what counts for every kind about which they chose nothing. With `in_app` that is
    never: whoever stopped all reminders finds them on the site.
    """

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    IN_APP = "in_app"


class PauseScope(StrEnum):
    """What an operator holds back: everything, one rule, or one cohort."""

    ALL = "all"
    RULE = "rule"
    COHORT = "cohort"


class PushState(StrEnum):
    """What became of a notice on the second channel; empty when it was not wanted there."""

    NONE = ""
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    GONE = "gone"


DEFAULT_PER_WEEK = 5
"""Reminder mails that somebody gets within seven days at most, over all rules together."""

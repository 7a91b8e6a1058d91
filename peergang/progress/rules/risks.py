"""What a signal is about and how it stands; and the terms of the rules, in one place."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

NEVER_STARTED = timedelta(days=14)
"""Who could begin and did nothing at all gets a word sooner than who worked and fell silent."""

OVERDUE = 2
"""One activity that is late is everyday; two is a moment to ask."""

MISSED = 2
"""The same for meetings in a row."""

KEPT = timedelta(days=365)
"""How long after a cohort ended what was seen in it is kept; of an institution in general, after the call."""

WORDS_MAX_LENGTH = 2000
REASON_MAX_LENGTH = 500
NAME_MAX_LENGTH = 120
AHEAD = timedelta(days=366)
"""How far away a next step may lie."""


class RiskState(StrEnum):
    """How a signal stands; the values are those in the address."""

    OPEN = "open"
    DISMISSED = "weggezet"
    ENDED = "voorbij"


class Found(NamedTuple):
    """That a rule about an institution holds in a cohort: what brought it about, since when, and the figures to say."""

    cause: str
    since: date
    values: dict[str, Any]


class CohortDays(NamedTuple):
    """What a rule about figures must know of a cohort that runs. Days are those in Amsterdam; `holiday_until` is the last day
    of the latest school holiday that has begun at the institution; `joined_on` the day on which the last of its people joined.
    """

    cohort_id: UUID
    starts_on: date
    last_meeting_id: UUID | None
    last_met_on: date | None
    last_due_on: date | None
    holiday_until: date | None
    joined_on: date | None = None

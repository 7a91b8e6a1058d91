"""What a cohort needs before people are invited."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from peergang.cohorts.rules.groups import SMALLEST
from peergang.core.clock import local_date


class Lack(StrEnum):
    """Something that is missing or odd. The first three stop the opening, the rest is worth a look."""

    NO_MEETINGS = "no_meetings"
    NO_TRAINERS = "no_trainers"
    NO_PARTICIPANTS = "no_participants"
    NO_GROUPS = "no_groups"
    SMALL_GROUP = "small_group"
    NOWHERE = "nowhere"
    MODULE_WITHOUT_MEETING = "module_without_meeting"
    OUTSIDE_PERIOD = "outside_period"
    DUE_AFTER_END = "due_after_end"
    IN_THE_PAST = "in_the_past"


STOPS = (Lack.NO_MEETINGS, Lack.NO_TRAINERS, Lack.NO_PARTICIPANTS)


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """A meeting, as far as it matters for opening."""

    starts_at: datetime
    has_module: bool
    has_place: bool


@dataclass(frozen=True, slots=True)
class Readiness:
    """A cohort in figures. `last_due_at` is when the last of its modules is due, `group_sizes` holds the peer groups and
    `ungrouped` who is in none.
    """

    starts_on: date
    ends_on: date
    modules: int
    modules_with_meeting: int
    last_due_at: datetime | None
    meetings: tuple[MeetingFacts, ...]
    trainers: int
    participants: int
    group_sizes: tuple[int, ...]
    ungrouped: int


def is_after(due_at: datetime, ends_on: date) -> bool:
    """Whether something is due when the cohort is over."""
    return local_date(due_at) > ends_on


def find_lacks(facts: Readiness, now: datetime) -> list[Lack]:
    """What is missing or odd, what stops the opening first."""
    meetings = facts.meetings
    days = [local_date(one.starts_at) for one in meetings]
    judged = {
        Lack.NO_MEETINGS: not meetings,
        Lack.NO_TRAINERS: not facts.trainers,
        Lack.NO_PARTICIPANTS: not facts.participants,
        Lack.NO_GROUPS: facts.participants >= SMALLEST and facts.ungrouped > 0,
        Lack.SMALL_GROUP: any(size < SMALLEST for size in facts.group_sizes),
        Lack.NOWHERE: any(not one.has_place for one in meetings),
        Lack.MODULE_WITHOUT_MEETING: bool(meetings) and facts.modules_with_meeting < facts.modules,
        Lack.OUTSIDE_PERIOD: any(not facts.starts_on <= day <= facts.ends_on for day in days),
        Lack.DUE_AFTER_END: facts.last_due_at is not None and is_after(facts.last_due_at, facts.ends_on),
        Lack.IN_THE_PAST: any(one.starts_at < now for one in meetings),
    }
    return [lack for lack, applies in judged.items() if applies]

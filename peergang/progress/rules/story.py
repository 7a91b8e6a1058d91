"""The story of one participant, in the order of time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any

from peergang.core.clock import local_date

QUIET = timedelta(days=21)
"""So long without anything done is a silence that the story tells."""


class Happened(StrEnum):
    """What happened."""

    INVITED = "invited"
    WAITLISTED = "waitlisted"
    JOINED = "joined"
    FINISHED = "finished"
    STOPPED = "stopped"
    OPENED = "opened"
    COMPLETED = "completed"
    JUDGED = "judged"
    TAKEN_BACK = "taken_back"
    HANDED_IN = "handed_in"
    DECIDED = "decided"
    FEEDBACK_GIVEN = "feedback_given"
    FEEDBACK_RECEIVED = "feedback_received"
    MEETING = "meeting"
    SIGNED_OFF = "signed_off"
    EXTENDED = "extended"
    NUDGED = "nudged"
    TOLD = "told"
    WORK = "work"
    GROUP = "group"
    HOLIDAY = "holiday"
    SILENCE = "silence"
    RISK = "risk"
    RISK_OVER = "risk_over"
    DISMISSED = "dismissed"
    CALL = "call"
    CERTIFIED = "certified"
    CERTIFICATE_REVOKED = "certificate_revoked"


OWN_DEEDS = frozenset(
    {
        Happened.JOINED,
        Happened.COMPLETED,
        Happened.HANDED_IN,
        Happened.FEEDBACK_GIVEN,
        Happened.SIGNED_OFF,
        Happened.FINISHED,
        Happened.STOPPED,
    }
)
"""What only the participant can do; being at a meeting counts as well."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at `at`.

    `title` (in two languages, as a pair) is what it is about and `slug` its activity; `detail` is a code or, where the kind
    says so, words; `number` a count; `until` a second moment; `by` who did it; `url` where one reads more.
    """

    kind: Happened
    at: datetime
    title: tuple[str, str] = ("", "")
    slug: str = ""
    detail: str = ""
    number: int = 0
    until: datetime | None = None
    by: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    """The events of one month."""

    first: datetime
    events: Sequence[Event]


def is_deed(event: Event) -> bool:
    """Whether the participant did something."""
    return event.kind in OWN_DEEDS or (event.kind == Happened.MEETING and event.detail == "present")


def tell(events: Iterable[Event], now: datetime, *, ended: datetime | None = None) -> list[Month]:
    """The events up to now by month, in the order of time, with the silences between. After `ended` there is none."""
    past = sorted((one for one in events if one.at <= now), key=_order)
    past = sorted([*past, *_silences(past, now, ended)], key=_order)
    months = groupby(past, key=lambda one: local_date(one.at).replace(day=1))
    return [Month(found[0].at, found) for _, found in ((month, list(group)) for month, group in months)]


def _order(event: Event) -> tuple[datetime, int]:
    return (event.at, list(Happened).index(event.kind))


def _silences(past: Sequence[Event], now: datetime, ended: datetime | None) -> list[Event]:
    deeds = [one.at for one in past if is_deed(one)]
    if not deeds:
        return []
    # Before the first module opens there is nothing to do: who has said yes by then is not silent but waits.
    opened = next((one.at for one in past if one.kind == Happened.OPENED), deeds[0])
    deeds = [max(opened, one) for one in deeds]
    ends = [*deeds[1:], min(now, ended) if ended else now]
    return [
        Event(
            Happened.SILENCE, since + QUIET, number=(local_date(until) - local_date(since)).days, until=until
        )
        for since, until in zip(deeds, ends, strict=True)
        if until - since >= QUIET
    ]


@dataclass(frozen=True, slots=True)
class Summary:
    """What the first sentence says."""

    done: int
    required: int
    late: int
    waiting: int
    present: int
    meetings: int
    last_deed: datetime | None


def summarise(
    activities: Iterable[Any], events: Sequence[Event], now: datetime, *, takes_part: bool
) -> Summary:
    """The figures of somebody's story. `activities` as queries.story gives them."""
    required = [one for one in activities if one.required]
    recorded = [
        one
        for one in events
        if one.kind == Happened.MEETING and one.detail in ("present", "absent", "excused")
    ]
    open_ = [one for one in required if one.completed_at is None]
    handed_in = [one for one in open_ if one.reflection_state in ("submitted", "in_review")]
    late = [one for one in open_ if one.due_at <= now and one not in handed_in]
    return Summary(
        done=len(required) - len(open_),
        required=len(required),
        late=len(late) if takes_part else 0,
        waiting=sum(not one.with_peers for one in handed_in),
        present=sum(one.detail == "present" for one in recorded),
        meetings=len(recorded),
        last_deed=max((one.at for one in events if is_deed(one) and one.at <= now), default=None),
    )

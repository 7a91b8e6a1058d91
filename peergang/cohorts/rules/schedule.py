"""Dates that follow the meetings: a module ends around its meeting, and the next one opens the day after."""

from collections.abc import Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from peergang.cohorts.rules import DUE_AT, activity_due_at
from peergang.core.clock import at_local, local_date, start_of_day

A_DAY = timedelta(days=1)
A_WEEK = timedelta(weeks=1)
SATURDAY = 5
ROOM_TO_BEGIN = 3
"""Days after its opening before anything of a module is due, however short the module is."""


@dataclass(frozen=True, slots=True)
class PlannedModule:
    """A module to be dated. `days_after` is how long after its meeting it is due, as the content says it."""

    module_id: UUID
    days_after: int = 0


@dataclass(frozen=True, slots=True)
class PlannedMeeting:
    """A meeting, as far as dates follow from it."""

    module_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class ModuleDates:
    """When a module opens and is due. `meeting_ends_at` is None without a meeting."""

    module_id: UUID
    opens_at: datetime
    due_at: datetime
    meeting_ends_at: datetime | None = None


def meeting_of(module_id: UUID, meetings: Sequence[PlannedMeeting]) -> PlannedMeeting | None:
    """The meeting that closes a module: the last that goes on, else the last that was cancelled."""
    own = [one for one in meetings if one.module_id == module_id]
    return max(own, key=lambda one: (not one.cancelled, one.starts_at), default=None)


def next_working_day(day: date, limit: date, free_days: AbstractSet[date] = frozenset()) -> date:
    """`day` when people work on it, else the first day after it that they do. With none up to and including `limit` it
    stays where it is.
    """
    found = day
    while not _is_worked_on(found, free_days):
        found += A_DAY
        if found > limit:
            return day
    return found


def module_dates(
    starts_on: date,
    ends_on: date,
    modules: Sequence[PlannedModule],
    meetings: Sequence[PlannedMeeting],
    free_days: AbstractSet[date] = frozenset(),
) -> list[ModuleDates]:
    """The dates of all modules, in their order.

    The first module opens on the first day, every other the day after the meeting of the one before. A module is due so
    many days after its own meeting as its content says, and always before the next meeting. Modules without a meeting
    are spread evenly over the time between their neighbours.
    """
    closing = [meeting_of(one.module_id, meetings) for one in modules]
    days = _fill([local_date(one.ends_at) if one else None for one in closing], starts_on, ends_on)
    found = []
    for index, (module, meeting, day) in enumerate(zip(modules, closing, days, strict=True)):
        # Meetings out of order must still leave a module open on the day of its own.
        opens_on = min(starts_on if index == 0 else days[index - 1] + A_DAY, day)
        due_on = day + module.days_after * A_DAY if meeting else day
        following = days[index + 1] if index + 1 < len(days) else None
        limit = max(ends_on, due_on + A_WEEK)
        if following is not None and day < following:
            limit = following - A_DAY
            due_on = min(due_on, limit)
        due_at = at_local(next_working_day(due_on, limit, free_days), DUE_AT)
        ends_at = meeting.ends_at if meeting else None
        found.append(
            ModuleDates(module.module_id, start_of_day(opens_on), max(due_at, ends_at or due_at), ends_at)
        )
    return found


def _fill(days: Sequence[date | None], starts_on: date, ends_on: date) -> list[date]:
    """`days` with the gaps filled evenly; what comes after the last known day runs to the end."""
    filled: list[date] = []
    for index, day in enumerate(days):
        if day is not None:
            filled.append(day)
            continue
        left = filled[-1] if filled else starts_on
        right_index = next((i for i in range(index + 1, len(days)) if days[i] is not None), len(days) - 1)
        right = days[right_index] or max(ends_on, left + A_DAY)
        share = 1 / (right_index - index + 1)
        filled.append(left + timedelta(days=max(1, round((right - left).days * share))))
    return filled


def activity_dates(
    module: ModuleDates,
    activities: Sequence[tuple[UUID, str, int]],
    free_days: AbstractSet[date] = frozenset(),
) -> dict[UUID, datetime]:
    """When each activity of `module` is due; `activities` are (id, kind, days before the module's due date).

    A meeting is due when it ends. In a module shorter than its content assumes, everything moves up in proportion, so
    that nothing is due before one could begin. A weekend or one of `free_days` becomes the next working day, but what
    prepares for the meeting stays before it, and nothing is due later than its module: without a working day in between
    it becomes the last one before.
    """
    window = (local_date(module.due_at) - local_date(module.opens_at)).days
    limit = max(0, window - ROOM_TO_BEGIN)
    longest = max((days for _, _, days in activities), default=0)
    due = {}
    for activity_id, kind, days in activities:
        if kind == "meeting" and module.meeting_ends_at:
            due[activity_id] = module.meeting_ends_at
        else:
            nearer = days * limit // longest if longest > limit else days
            due[activity_id] = activity_due_at(module.due_at, _working_days_before(module, nearer, free_days))
    return due


def _working_days_before(module: ModuleDates, days: int, free_days: AbstractSet[date]) -> int:
    """`days` before the due date of `module`, or the fewer that lead to a working day."""
    last = local_date(module.due_at)
    day = last - days * A_DAY
    meets_on = local_date(module.meeting_ends_at) if module.meeting_ends_at else None
    limit = meets_on - A_DAY if meets_on and day < meets_on <= last else last
    found = next_working_day(day, limit, free_days)
    # A meeting on the first day after a holiday leaves no room, and nobody hands anything in on Christmas Day.
    earliest = local_date(module.opens_at) + ROOM_TO_BEGIN * A_DAY
    while found > earliest and not _is_worked_on(found, free_days):
        found -= A_DAY
    return (last - (found if _is_worked_on(found, free_days) else day)).days


def _is_worked_on(day: date, free_days: AbstractSet[date]) -> bool:
    return day.weekday() < SATURDAY and day not in free_days


@dataclass(frozen=True, slots=True)
class Pin:
    """Dates that do not follow the meetings. A module has both, a single activity only `due_at`."""

    due_at: datetime
    opens_at: datetime | None = None


def keep_pinned(
    dates: Sequence[ModuleDates], pins: Mapping[UUID, Pin], meetings: Sequence[PlannedMeeting]
) -> list[ModuleDates]:
    """`dates` with the pinned modules as they are."""
    found = []
    for one in dates:
        pin = pins.get(one.module_id)
        if pin is None or pin.opens_at is None:
            found.append(one)
            continue
        meeting = meeting_of(one.module_id, meetings)
        ends_at = meeting.ends_at if meeting else None
        found.append(ModuleDates(one.module_id, pin.opens_at, pin.due_at, ends_at))
    return found


def keep_pinned_activity(module: ModuleDates, due_at: datetime) -> tuple[datetime, datetime]:
    """When an activity with a date of its own opens and is due: with its module, unless that opens too late for it."""
    return min(module.opens_at, start_of_day(local_date(due_at))), due_at


def propose_days(
    starts_on: date, ends_on: date, count: int, free_days: frozenset[date] = frozenset()
) -> list[date]:
    """Days for `count` meetings on the weekday of `starts_on`, at regular intervals of whole weeks until the end.

    The first comes one interval after the start, because a meeting closes its module. A day in `free_days` (public
    holidays) moves a week on.
    """
    weeks = max(count, (ends_on - starts_on).days // 7)
    interval = max(1, weeks // count) if count else 1
    days: list[date] = []
    for number in range(1, count + 1):
        day = starts_on + timedelta(weeks=interval * number)
        while day in free_days or day in days:
            day += timedelta(weeks=1)
        days.append(day)
    return days


def at_times(day: date, begins: time, ends: time) -> tuple[datetime, datetime]:
    """Begin and end of a meeting on `day`, on the wall clock of Amsterdam, in UTC."""
    return at_local(day, begins), at_local(day, ends)

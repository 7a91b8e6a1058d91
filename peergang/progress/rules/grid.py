"""Where somebody is in a module, and in which order a trainer looks at the people of a cohort."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from peergang.cohorts.rules import EnrolmentState
from peergang.coursework.rules.waiting import days_waiting
from peergang.progress.rules.attention import is_silent


class Stage(StrEnum):
    """What a cell of the grid says."""

    DONE = "done"
    WAITING = "waiting"
    LATE = "late"
    BUSY = "busy"
    OPEN = "open"
    CLOSED = "closed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Spot:
    """One participant in one module. `waiting_days` is how long a reflection has been waiting for the trainer."""

    stage: Stage
    done: int
    required: int
    waiting_days: int = 0


@dataclass(frozen=True, slots=True)
class GridLine:
    """One participant with all modules. `stuck` means: late with a module, or silent for three weeks."""

    person: Any
    spots: Sequence[Spot]
    waiting_days: int
    late: int
    silent: bool

    @property
    def waits(self) -> bool:
        """Whether something of this person waits for the trainer."""
        return any(spot.stage == Stage.WAITING for spot in self.spots)

    @property
    def stuck(self) -> bool:
        """Whether this person may need a call."""
        return bool(self.late) or self.silent


def stage_of(
    done: int, required: int, opens_at: datetime, due_at: datetime, now: datetime, more_time: int = 0
) -> Stage:
    """Where somebody is who completed `done` of `required` activities of a module, and has more time for `more_time` of the
    others. All done is done, also before it opens.
    """
    if done >= required:
        return Stage.DONE if required else Stage.OPEN if opens_at <= now else Stage.CLOSED
    if now >= due_at and done + more_time < required:
        return Stage.LATE
    if done:
        return Stage.BUSY
    return Stage.OPEN if opens_at <= now else Stage.CLOSED


def build_grid(
    people: Sequence[Any],
    modules: Sequence[Any],
    done: Mapping[tuple[UUID, UUID], int],
    waiting: Mapping[tuple[UUID, UUID], datetime],
    starts_on: date,
    now: datetime,
    more_time: Mapping[tuple[UUID, UUID], int] = {},
) -> list[GridLine]:
    """The participants: who waits longest first, then who is stuck, then the others; each group by name, as `people` is.

    Who stopped comes last.
    """
    lines = [_line(person, modules, done, waiting, starts_on, now, more_time) for person in people]
    return sorted(lines, key=_first_things_first)


def _first_things_first(line: GridLine) -> tuple[int, int]:
    if line.person.state == EnrolmentState.WITHDRAWN:
        return (3, 0)
    if line.waits:
        return (0, -line.waiting_days)
    return (1, -line.late) if line.stuck else (2, 0)


def _line(
    person: Any,
    modules: Sequence[Any],
    done: Mapping[tuple[UUID, UUID], int],
    waiting: Mapping[tuple[UUID, UUID], datetime],
    starts_on: date,
    now: datetime,
    more_time: Mapping[tuple[UUID, UUID], int],
) -> GridLine:
    stopped = person.state == EnrolmentState.WITHDRAWN
    spots = []
    for module in modules:
        number = done.get((person.enrolment_id, module.module_id), 0)
        since = waiting.get((person.enrolment_id, module.module_id))
        later = more_time.get((person.enrolment_id, module.module_id), 0)
        stage = stage_of(number, module.required, module.opens_at, module.due_at, now, later)
        days = days_waiting(since, now) if since and not stopped else 0
        if stopped:
            stage = Stage.DONE if stage == Stage.DONE else Stage.STOPPED
        elif since:
            stage = Stage.WAITING
        spots.append(Spot(stage, number, module.required, days))
    late = sum(spot.stage == Stage.LATE for spot in spots)
    finished = bool(person.required) and person.completed == person.required
    silent = not stopped and not finished and is_silent(person.last_active, starts_on, now)
    return GridLine(person, spots, max((spot.waiting_days for spot in spots), default=0), late, silent)

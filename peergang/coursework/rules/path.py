"""The path through a programme: which one step comes next, where somebody stands on the bridge, how far a module is.

Pure functions over tasks. A task is one activity of the cohort with what is known about it for one participant.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from uuid import UUID

from peergang.coursework.rules import ReflectionState
from peergang.curriculum.rules import PHASES, ActivityKind

SOON = timedelta(days=7)
"""From a week before its due date a task is called due soon."""


class Why(IntEnum):
    """Why a task is the next step; the lower, the sooner."""

    RETURNED = 1
    REACTION = 2
    REVISING = 3
    OVERDUE = 4
    DUE_SOON = 5
    NEXT = 6
    OPTIONAL = 7
    ATTEND = 8


class Standing(StrEnum):
    """How an arch of the bridge, a module or a task stands."""

    DONE = "done"
    NOW = "now"
    LATER = "later"
    LEFT = "left"
    """Of a module alone: passed by, with something left to do."""


@dataclass(frozen=True, slots=True)
class Task:
    """One activity of a cohort for one participant.

    `reflection` is the state of their reflection on it, `unread` counts the reactions they have not opened, `to_read`
    the reflections of peers that wait for their feedback. `revising` says that the group's feedback is in and the author is
    next. `meets_at` is when the meeting of this activity begins, as long as
    it is to come. `extended` says that they have more time for it than the others.
    """

    activity_id: UUID
    module_id: UUID
    module_position: int
    position: int
    kind: str
    phase: str
    required: bool
    opens_at: datetime
    due_at: datetime
    completed_at: datetime | None = None
    reflection: str | None = None
    unread: int = 0
    to_read: int = 0
    meets_at: datetime | None = None
    extended: bool = False
    revising: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """The one thing to do next, and why it is this one."""

    task: Task
    why: Why


def choose_step(tasks: Iterable[Task], now: datetime) -> Step | None:
    """The one next step: what came back first, then overdue, then due soon, then the order of the cycle.

    Never something that is completed, not open yet, or waiting for somebody else. None when nothing can be done now.
    """
    steps = [Step(task, why) for task in tasks if (why := reason_to_do(task, now)) is not None]
    return min(steps, key=_urgency, default=None)


def reason_to_do(task: Task, now: datetime) -> Why | None:
    """Why `task` could be done now; None when it is completed, not open, or waits for somebody else."""
    if task.completed_at is not None or task.opens_at > now or not _can_act(task, now):
        return None
    if task.kind == ActivityKind.MEETING:
        return Why.ATTEND
    if task.reflection == ReflectionState.RETURNED:
        return Why.RETURNED
    if task.unread:
        return Why.REACTION
    if task.revising:
        return Why.REVISING
    return _by_date(task, now)


def _by_date(task: Task, now: datetime) -> Why:
    if not task.required:
        return Why.OPTIONAL
    if task.due_at < now:
        return Why.OVERDUE
    return Why.DUE_SOON if task.due_at - now <= SOON else Why.NEXT


def _can_act(task: Task, now: datetime) -> bool:
    match task.kind:
        case ActivityKind.MEETING:
            return task.meets_at is not None and timedelta(0) <= task.meets_at - now <= SOON
        case ActivityKind.REFLECTION:
            waits = (ReflectionState.SUBMITTED, ReflectionState.IN_REVIEW, ReflectionState.APPROVED)
            return task.reflection not in waits or task.unread > 0 or task.revising
        case ActivityKind.PEER_FEEDBACK:
            return task.to_read > 0
        case ActivityKind.SCAN:
            return False
    return True


def _urgency(step: Step) -> tuple[Why, datetime | int, int, int, int]:
    task = step.task
    by_date = step.why in (Why.OVERDUE, Why.DUE_SOON, Why.RETURNED, Why.REACTION, Why.REVISING, Why.ATTEND)
    # Within one `why` all keys are of one type, so moments are never compared with numbers.
    first = task.due_at if by_date else task.module_position
    return step.why, first, task.module_position, PHASES.index(task.phase), task.position


def standing_of(task: Task, now: datetime) -> Standing:
    """Whether a task is done, can be worked on, or comes later."""
    if task.completed_at is not None:
        return Standing.DONE
    return Standing.NOW if task.opens_at <= now else Standing.LATER


def arches(tasks: Sequence[Task]) -> list[Standing]:
    """The five arches of the bridge for the tasks of one module.

    An arch is done when its required tasks are; the first that is not is where somebody stands. An arch without
    required tasks goes with the ones before it.
    """
    found: list[Standing] = []
    for phase in PHASES:
        open_here = any(task.required and task.completed_at is None for task in tasks if task.phase == phase)
        has_work = any(task.required for task in tasks if task.phase == phase)
        reached = Standing.NOW in found
        if not open_here and (has_work or not reached):
            found.append(Standing.DONE)
        else:
            found.append(Standing.LATER if reached else Standing.NOW)
    return found


@dataclass(frozen=True, slots=True)
class ModuleProgress:
    """How far one participant is in one module: required tasks only, the date of the last when all are done."""

    standing: Standing
    done: int
    total: int
    completed_at: datetime | None


def module_progress(tasks: Sequence[Task], opens_at: datetime, now: datetime) -> ModuleProgress:
    """The progress in a module with these tasks that opens at `opens_at`."""
    required = [task for task in tasks if task.required]
    moments = [task.completed_at for task in required if task.completed_at is not None]
    if required and len(moments) == len(required):
        return ModuleProgress(Standing.DONE, len(moments), len(required), max(moments))
    standing = Standing.NOW if opens_at <= now else Standing.LATER
    return ModuleProgress(standing, len(moments), len(required), None)


def module_arches(modules: Sequence[ModuleProgress]) -> list[Standing]:
    """The modules of a programme as arches, in order.

    Somebody stands at the last open module in which they did something; who did nothing yet, at the first. An open module
    before it that is not done has something left, as who works on stands no longer there.
    """
    open_ones = [at for at, one in enumerate(modules) if one.standing is Standing.NOW]
    begun = [at for at in open_ones if modules[at].done]
    here = begun[-1] if begun else min(open_ones, default=-1)
    found: list[Standing] = [
        Standing.LATER if one.standing is Standing.NOW else one.standing for one in modules
    ]
    for at in open_ones:
        if at <= here:
            found[at] = Standing.NOW if at == here else Standing.LEFT
    return found


_ASKED = (Why.RETURNED, Why.REVISING, Why.OVERDUE, Why.DUE_SOON)


def list_to_do(tasks: Iterable[Task], now: datetime) -> list[Step]:
    """What came back, is overdue or is due within a week, the most urgent first: what this week asks."""
    steps = [Step(task, why) for task in tasks if (why := reason_to_do(task, now)) in _ASKED]
    return sorted(steps, key=_urgency)

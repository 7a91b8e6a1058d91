"""Where somebody is in a module, and in which order a trainer looks at the people of a cohort."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from peergang.cohorts.rules import EnrolmentState
from peergang.coursework.rules import WAITING, Audience, ReflectionState
from peergang.coursework.rules.waiting import days_waiting

SILENCES = ("quiet", "never_started")
"""The rules of signals (queries/risk_rules) by which nothing comes from somebody: not any more, or not yet."""


class Stage(StrEnum):
    """What a cell of the grid says."""

    DONE = "done"
    WAITING = "waiting"
    PEERS = "peers"
    LATE = "late"
    RETURNED = "returned"
    BUSY = "busy"
    OPEN = "open"
    CLOSED = "closed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Spot:
    """One participant in one module or activity. `waiting_days` is how long a reflection has been waiting for the trainer.

    Of an activity `at` is when it was completed, `until` the later date that somebody got for it, and `judged` says that it
    rests on a trainer's judgment.
    """

    stage: Stage
    done: int
    required: int
    waiting_days: int = 0
    at: datetime | None = None
    until: datetime | None = None
    judged: bool = False


@dataclass(frozen=True, slots=True)
class GridLine:
    """One participant with all modules. `silence` is the signal that says that nothing comes from them, when there is one, and
    `stuck` means: that, or late with a module.
    """

    person: Any
    spots: Sequence[Spot]
    waiting_days: int
    late: int
    silence: Any = None

    @property
    def waits(self) -> bool:
        """Whether something of this person waits for the trainer."""
        return any(spot.stage == Stage.WAITING for spot in self.spots)

    @property
    def stuck(self) -> bool:
        """Whether this person may need a call."""
        return bool(self.late) or self.silence is not None


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
    now: datetime,
    more_time: Mapping[tuple[UUID, UUID], int] = {},
    silences: Mapping[UUID, Any] = {},
) -> list[GridLine]:
    """The participants: who waits longest first, then who is stuck, then the others; each group by name, as `people` is.

    Who stopped comes last.
    """
    lines = [_line(person, modules, done, waiting, now, more_time, silences) for person in people]
    return sorted(lines, key=_first_things_first)


def stage_of_activity(
    *,
    is_done: bool,
    reflection_state: str | None,
    audience: str | None,
    opens_at: datetime,
    due_at: datetime,
    now: datetime,
    stopped: bool = False,
    required: bool = True,
    with_peers: bool = False,
) -> Stage:
    """Where somebody is with one activity; `due_at` is their own date. Done is done, also for who stopped. Nobody is late with
    what need not be done. `with_peers` when the peer group comes first, so that no trainer is waited for yet.
    """
    if is_done:
        return Stage.DONE
    if stopped:
        return Stage.STOPPED
    if reflection_state in WAITING and audience != Audience.PRIVATE:
        return Stage.PEERS if with_peers else Stage.WAITING
    if reflection_state == ReflectionState.RETURNED:
        return Stage.RETURNED
    if due_at <= now and required:
        return Stage.LATE
    return Stage.OPEN if opens_at <= now else Stage.CLOSED


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one participant and one activity; `waiting_since` is empty while the peer group reads."""

    completed_at: datetime | None = None
    judged: bool = False
    extended_to: datetime | None = None
    reflection_state: str | None = None
    audience: str | None = None
    waiting_since: datetime | None = None


NOTHING = Facts()


def build_activity_grid(
    people: Sequence[Any],
    activities: Sequence[Any],
    facts: Mapping[tuple[UUID, UUID], Facts],
    now: datetime,
    silences: Mapping[UUID, Any] = {},
) -> list[GridLine]:
    """The participants with the activities of one module, in the order of `build_grid`."""
    lines = []
    for person in people:
        stopped = person.state == EnrolmentState.WITHDRAWN
        spots = [
            _activity_spot(
                one, facts.get((person.enrolment_id, one.activity_id), NOTHING), person, now, stopped
            )
            for one in activities
        ]
        late = sum(spot.stage == Stage.LATE for spot in spots)
        longest = max((spot.waiting_days for spot in spots), default=0)
        lines.append(GridLine(person, spots, longest, late, _silence(person, silences)))
    return sorted(lines, key=_first_things_first)


def _activity_spot(activity: Any, known: Facts, person: Any, now: datetime, stopped: bool) -> Spot:
    due_at = max(activity.due_at, known.extended_to or activity.due_at)
    stage = stage_of_activity(
        is_done=known.completed_at is not None,
        reflection_state=known.reflection_state,
        audience=known.audience,
        opens_at=activity.opens_at,
        due_at=due_at,
        now=now,
        stopped=stopped,
        required=activity.required,
        with_peers=known.waiting_since is None,
    )
    if stage == Stage.LATE and _came_after(person, due_at):
        stage = Stage.OPEN
    waits = stage == Stage.WAITING and known.waiting_since is not None
    return Spot(
        stage,
        int(stage == Stage.DONE),
        1,
        days_waiting(known.waiting_since, now) if waits and known.waiting_since else 0,
        known.completed_at,
        due_at if due_at > activity.due_at and stage in (Stage.OPEN, Stage.LATE, Stage.RETURNED) else None,
        known.judged,
    )


def silences_in(signals: Iterable[Any]) -> dict[UUID, Any]:
    """Of open signals those that say that nothing comes from somebody, by enrolment: what silence is, is said there alone."""
    return {one.enrolment_id: one for one in signals if one.rule in SILENCES}


def _silence(person: Any, silences: Mapping[UUID, Any]) -> Any:
    # Who has just stopped may have a signal still.
    return None if person.state == EnrolmentState.WITHDRAWN else silences.get(person.enrolment_id)


def _came_after(person: Any, due_at: datetime) -> bool:
    """Whether something was due before this person joined: who came in later cannot be late, as in the reminders."""
    return person.activated_at is not None and bool(person.activated_at > due_at)


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
    now: datetime,
    more_time: Mapping[tuple[UUID, UUID], int],
    silences: Mapping[UUID, Any],
) -> GridLine:
    stopped = person.state == EnrolmentState.WITHDRAWN
    spots = []
    for module in modules:
        number = done.get((person.enrolment_id, module.module_id), 0)
        since = waiting.get((person.enrolment_id, module.module_id))
        later = more_time.get((person.enrolment_id, module.module_id), 0)
        stage = stage_of(number, module.required, module.opens_at, module.due_at, now, later)
        if stage == Stage.LATE and _came_after(person, module.due_at):
            stage = Stage.BUSY if number else Stage.OPEN
        days = days_waiting(since, now) if since and not stopped else 0
        if stopped:
            stage = Stage.DONE if stage == Stage.DONE else Stage.STOPPED
        elif since:
            stage = Stage.WAITING
        spots.append(Spot(stage, number, module.required, days))
    late = sum(spot.stage == Stage.LATE for spot in spots)
    longest = max((spot.waiting_days for spot in spots), default=0)
    return GridLine(person, spots, longest, late, _silence(person, silences))

"""The day loop: everybody acts at their moments, and the platform does what its beat table says.

One transaction holds what happens between two moments of the platform together with how far the demo has come, so a
killed run leaves nothing half, and the next one goes on from there.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from operator import attrgetter

import structlog
from sqlalchemy import Engine

from peergang.cohorts.actions.lifecycle import start_due_cohorts
from peergang.core.clock import at_local, local_date
from peergang.core.config import Settings
from peergang.core.db import transaction
from peergang.core.errors import PeergangError
from peergang.core.mail import Transport
from peergang.core.storage import Files
from peergang.coursework.actions.by_time import complete_served_givers
from peergang.demo.acts import ACTS
from peergang.demo.calendar import Calendar, find_calendar
from peergang.demo.connecting import connect_features
from peergang.demo.events import Event
from peergang.demo.memory import Memory, find_memory, remember
from peergang.demo.plan import list_arrivals, plan_cohort, plan_setup
from peergang.demo.stage import Known, Stage
from peergang.demo.stories import tell_stories
from peergang.demo.story import Story
from peergang.demo.upkeep import EVENING, MOMENTS, SUNDAY, look_after
from peergang.demo.words import read_words

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Happened:
    """What was done, by name of the act; `refused` names what a use case did not allow."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    snapshots: int = 0

    def clear(self) -> None:
        """Begin to count anew."""
        self.done.clear()
        self.refused.clear()


@dataclass(slots=True)
class World:
    """What living needs. `busy_from` is the day from which notices are planned and delivered; before it the platform
    only keeps one snapshot a week. `set_clock` is told every moment before anything happens at it.
    """

    engine: Engine
    settings: Settings
    transport: Transport
    busy_from: date
    set_clock: Callable[[datetime], None] | None = None
    happened: Happened = field(default_factory=Happened)


def live(world: World, end: datetime) -> Iterator[date]:
    """Live from what the demo remembers until `end`, and give each day once it is over.

    Raises:
        LookupError: the demo was never begun in this database.
    """
    connect_features()
    memory = _recall(world)
    stories = {one.key: one for one in tell_stories(local_date(memory.anchor))}
    known = Known(stories, read_words(), Files(world.settings.files_url))
    events = _expect(world, known, memory)
    day = local_date(memory.until)
    while day <= local_date(end):
        for moment in _moments(world, day, memory.until, end):
            if world.set_clock:
                world.set_clock(moment)
            if day < world.busy_from and day.weekday() != SUNDAY and not (events and events[0].at <= moment):
                continue
            memory, events = _act(world, known, events, memory, moment)
            busy = day >= world.busy_from
            if look_after(world.engine, world.settings, world.transport, moment, busy=busy):
                world.happened.snapshots += 1
        yield day
        day += timedelta(days=1)


def _recall(world: World) -> Memory:
    with transaction(world.engine) as session:
        memory = find_memory(session)
    if memory is None:
        raise LookupError("The demo was never begun.")
    return memory


def _expect(world: World, known: Known, memory: Memory) -> list[Event]:
    """All events that have not happened yet, of every cohort that exists and of those still to be made."""
    events: list[Event] = []
    with transaction(world.engine) as session:
        for story in known.stories.values():
            calendar = find_calendar(session, story.name, story.programme)
            if calendar is None:
                events.append(plan_setup(story))
                continue
            planned = _plan(known, story, calendar, memory)
            events += [one for one in planned if one.at > memory.until]
    return sorted(events, key=attrgetter("at"))


def _plan(known: Known, story: Story, calendar: Calendar, memory: Memory) -> list[Event]:
    arrives = list_arrivals(known.stories.values())
    return plan_cohort(story, calendar, known.words, memory.anchor, arrives)


def _moments(world: World, day: date, after: datetime, end: datetime) -> list[datetime]:
    times = MOMENTS if day >= world.busy_from else (EVENING,)
    moments = [at_local(day, at) for at in times]
    if local_date(end) == day:
        moments = [one for one in moments if one < end] + [end]
    return [one for one in moments if one > after]


def _act(
    world: World, known: Known, events: list[Event], memory: Memory, moment: datetime
) -> tuple[Memory, list[Event]]:
    """Everything that is due, in one transaction with the note that it was done. Gives what is left as well."""
    try:
        with transaction(world.engine) as session:
            start_due_cohorts(session, now=moment)
            complete_served_givers(session, now=moment)
            stage = Stage(session, known)
            while events and events[0].at <= moment:
                event = events.pop(0)
                _perform(stage, event, world.happened)
                if event.what == "set_up":
                    planned = _plan(known, stage.story(event), stage.calendar(event), memory)
                    events = sorted([*events, *planned], key=attrgetter("at"))
            if find_memory(session, lock=True) is None:
                raise LookupError("The demo was forgotten while it was lived.")
            memory = replace(memory, until=moment)
            remember(session, memory)
    except BaseException:
        # What was learnt in a transaction that is undone may be about records that do not exist.
        known.users.clear()
        known.actors.clear()
        known.calendars.clear()
        raise
    return memory, events


def _perform(stage: Stage, event: Event, happened: Happened) -> None:
    try:
        with stage.session.begin_nested():
            if ACTS[event.what](stage, event):
                happened.done[event.what] += 1
    except PeergangError as error:
        # A visitor has been here too: what they did or undid, somebody of the cast does no more.
        happened.refused[f"{event.what}: {type(error).__name__} {error}"] += 1
        log.debug("demo_refused", what=event.what, who=event.who, error=repr(error))

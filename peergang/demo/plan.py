"""Who does what when in one cohort: its calendar and each person's pace become a list of events."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from random import Random

from peergang.core.clock import at_local
from peergang.curriculum.rules import ActivityKind
from peergang.demo.calendar import Calendar, Stretch, Task
from peergang.demo.events import Event, chance, days_before, not_before, working_hour
from peergang.demo.plan_around import plan_around
from peergang.demo.plan_changes import plan_changes, signs_off, why_not
from peergang.demo.plan_following import plan_following
from peergang.demo.plan_reflections import plan_reflections
from peergang.demo.story import Pace, Part, Story
from peergang.demo.words import Tried, Words

LEAD: dict[Pace, tuple[float, float]] = {
    Pace.EARLY: (3, 8),
    Pace.STEADY: (0.2, 4),
    Pace.LATE: (-6, 1),
}
"""Between so many days before the due date people finish; negative is late."""

OPTIONAL = {Pace.EARLY: 0.5, Pace.STEADY: 0.2, Pace.LATE: 0.05}
"""How likely somebody also does what is not required."""


def plan_setup(story: Story) -> Event:
    """The organiser makes the cohort."""
    at = at_local(story.made_on, time(10, 15))
    return Event(at, story.key, "lotte", "set_up")


def plan_cohort(
    story: Story, calendar: Calendar, words: Words, anchor: datetime, arrives: dict[str, datetime]
) -> list[Event]:
    """Everything that happens in a cohort that was set up, in the order of time.

    `anchor` is the moment around which the demo is built, `arrives` when each person comes to the platform.
    """
    events = [
        *_joining(story, calendar),
        *_gatherings(story, calendar),
        *(one for part in story.parts for one in _studying(story, part, calendar)),
        *plan_reflections(story, calendar, words, anchor),
        *_sharing(story, calendar, words, arrives),
        *plan_changes(story, calendar, anchor),
        *plan_around(story, calendar, anchor),
        *plan_following(story, anchor),
    ]
    events = _while_there(story, events)
    if story.closes_on:
        events.append(Event(at_local(story.closes_on, time(16, 40)), story.key, "lotte", "close"))
    return sorted(events, key=lambda one: (one.at, one.who, one.what))


def _while_there(story: Story, events: list[Event]) -> list[Event]:
    """Leave out what people would do after leaving, and put off what they would do before they have said yes."""
    gone = _leaving(story)
    said_yes = {one.who: one.at for one in events if one.what == "accept"}
    kept = []
    for number, one in enumerate(sorted(events, key=lambda one: one.at)):
        if one.who in gone and one.at >= gone[one.who]:
            continue
        late = one.what != "accept" and one.who in said_yes and one.at <= said_yes[one.who]
        at = said_yes[one.who] + timedelta(minutes=20, seconds=number) if late else one.at
        kept.append(replace(one, at=at))
    return kept


def _leaving(story: Story) -> dict[str, datetime]:
    """When people leave, during office hours of the organiser."""
    return {
        who: working_hour(day, chance(story.key, who, "leaves"), evenings=False) for who, day in story.leaves
    }


def _joining(story: Story, calendar: Calendar) -> Iterator[Event]:
    opened = calendar.opened_at or calendar.created_at
    gone = _leaving(story)
    for who in story.trainers:
        yield Event(opened + timedelta(hours=3), story.key, who, "accept")
    for part in story.parts:
        if part.answers is None:
            continue
        dice = chance(story.key, part.who, "answers")
        # Somebody from the waiting list answers after a place became free; before that there is nothing to answer.
        first = max([opened, *gone.values()]) if part.joins > 1 else opened
        at = not_before(days_before(first, -part.answers, dice), first + timedelta(hours=1))
        yield Event(at, story.key, part.who, "decline" if part.declines else "accept")
        if part.joins > 1 or part.who == "kees":
            yield Event(at + timedelta(hours=20), story.key, "lotte", "place")
    for who, at in gone.items():
        yield Event(at, story.key, "lotte", "withdraw", {"person": who})


def _gatherings(story: Story, calendar: Calendar) -> Iterator[Event]:
    trainer = story.trainers[0]
    for one in calendar.gatherings:
        states = {}
        for part in story.parts:
            if part.joins > one.number:
                continue
            dice = chance(story.key, part.who, "meeting", one.number).random()
            ill = dice < 0.07 and part.pace is not Pace.EARLY
            missing = one.number in part.absent
            ill = ill or signs_off(story, part.who, one.number)
            states[part.who] = "absent" if missing else "excused" if ill else "present"
            if states[part.who] == "excused":
                more = {"meeting": one.id, "before": one.starts_at, "reason": why_not(part.who, one.number)}
                yield Event(one.starts_at - timedelta(hours=29), story.key, part.who, "sign_off", more)
        yield Event(
            one.ends_at + timedelta(minutes=20),
            story.key,
            trainer,
            "attend",
            {"meeting": one.id, "states": states},
        )


def list_arrivals(stories: Iterable[Story]) -> dict[str, datetime]:
    """From when people may be expected on the platform: three weeks after their first cohort was made."""
    arrives: dict[str, datetime] = {}
    for story in sorted(stories, key=lambda one: one.made_on, reverse=True):
        arrives |= {part.who: at_local(story.made_on + timedelta(days=21), time(9)) for part in story.parts}
    return arrives


def finish(task: Task, stretch: Stretch, part: Part, dice: Random) -> datetime:
    """When somebody finishes `task`, by their pace; never before the module has opened."""
    low, high = LEAD[part.pace]
    at = days_before(task.due_at, dice.uniform(low, high), dice)
    return not_before(at, stretch.opens_at + timedelta(hours=9))


def takes_part(part: Part, stretch: Stretch) -> bool:
    """Whether somebody works on this module."""
    return part.joins <= stretch.number < part.stops and not part.declines and part.answers is not None


def _studying(story: Story, part: Part, calendar: Calendar) -> Iterator[Event]:
    for stretch in calendar.stretches:
        if not takes_part(part, stretch):
            continue
        for task in stretch.tasks:
            dice = chance(story.key, part.who, task.slug)
            at = finish(task, stretch, part, dice)
            if not task.required and dice.random() > OPTIONAL[part.pace]:
                continue
            if task.kind == ActivityKind.READ:
                yield from _reading(story, part, stretch, at, dice)
            elif task.kind == ActivityKind.CONVERSATION:
                yield Event(at, story.key, part.who, "converse", {"task": task, "pick": dice.random()})


def _reading(story: Story, part: Part, stretch: Stretch, done: datetime, dice: Random) -> Iterator[Event]:
    """Topics are read in one or two sittings, the last of them at `done`."""
    sitting = not_before(
        done - timedelta(days=dice.choice((0, 1, 2, 4))), stretch.opens_at + timedelta(hours=8)
    )
    half = dice.randrange(len(stretch.topics) + 1)
    for place, topic in enumerate(stretch.topics):
        base = sitting if place < half else max(done, sitting)
        yield Event(base + timedelta(minutes=9 * place), story.key, part.who, "read", {"topic": topic})


def _sharing(story: Story, calendar: Calendar, words: Words, arrives: dict[str, datetime]) -> Iterator[Event]:
    parts = {part.who: part for part in story.parts}
    slugs = {task.slug: (stretch, task) for stretch in calendar.stretches for task in stretch.tasks}
    for number, text in enumerate(words.examples):
        part = parts.get(text.by)
        if part is None or text.activity not in slugs or _told_elsewhere(story, text.by):
            continue
        stretch, task = slugs[text.activity]
        dice = chance(story.key, text.by, "example", text.activity)
        at = finish(task, stretch, part, dice)
        started = not_before(at - timedelta(days=2, hours=3), stretch.opens_at + timedelta(hours=10))
        at = max(at, started + timedelta(hours=20))
        yield Event(started, story.key, text.by, "start_example", {"number": number})
        if text.draft:
            continue
        yield Event(at, story.key, text.by, "publish", {"number": number})
        yield from _tried(story, number, text.tried, at, arrives)


def _tried(
    story: Story, number: int, tried: tuple[Tried, ...], published: datetime, arrives: dict[str, datetime]
) -> Iterator[Event]:
    for place, one in enumerate(tried):
        who = one.who
        dice = chance("tried", number, who)
        # Nobody finds it before they have come to the network themselves.
        found = max(published, arrives.get(who, published))
        kept = days_before(found, -(1 + dice.randrange(4)), dice)
        yield Event(kept, story.key, who, "keep_example", {"number": number})
        at = days_before(kept, -(9 + 9 * place + dice.randrange(9)), dice)
        yield Event(at, story.key, who, "try_out", {"number": number, "place": place})


def _told_elsewhere(story: Story, who: str) -> bool:
    """Alumni who come back in the Masterclass shared their examples in their own cohort."""
    return story.programme == "masterclass" and who in ("saar", "merel", "zoe", "noelle")

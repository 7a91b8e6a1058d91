"""The course of every reflection: begun, submitted, read by peers, answered by a trainer, improved."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from peergang.curriculum.rules import ActivityKind
from peergang.demo.calendar import Calendar, Stretch, Task
from peergang.demo.events import Event, chance, days_before, not_before
from peergang.demo.story import Ending, Pace, Part, Scene, Story
from peergang.demo.words import ReflectionText, Words

LEAD: dict[Pace, tuple[float, float]] = {Pace.EARLY: (2, 6), Pace.STEADY: (0.2, 2.5), Pace.LATE: (-5, 0)}
DAY = timedelta(days=1)

FILES = {
    ("halfway", "amira", "m2b-reflectie"): (("PNG", "kijkvragen.png", "Drie kaartjes met een kijkvraag."),),
    ("halfway", "siebe", "m2b-reflectie"): (
        ("PNG", "lijst-op-de-deur.png", "De lijst op de deur van de werkplaats."),
        ("PDF", "kom-kijken-en-tel.pdf", ""),
    ),
    ("halfway", "teun", "m2b-reflectie"): (("PDF", "turflijst.pdf", ""),),
}
"""What goes along with a reflection: (kind, name, what is on it)."""


@dataclass(frozen=True, slots=True)
class Writing:
    """One person's reflection with its text; `scene` says where it must stand when the demo begins."""

    story: Story
    part: Part
    stretch: Stretch
    task: Task
    text: ReflectionText
    key: tuple[str, int]
    scene: Scene | None

    def event(self, at: datetime, who: str, what: str, **more: object) -> Event:
        """An event about this reflection."""
        about = {"author": self.part.who, "slug": self.task.slug, "text": self.key}
        return Event(at, self.story.key, who, what, about | more)


def plan_reflections(story: Story, calendar: Calendar, words: Words, anchor: datetime) -> Iterator[Event]:
    """All events about the reflections of a cohort."""
    for stretch in calendar.stretches:
        task = stretch.task(ActivityKind.REFLECTION)
        if task is None:
            continue
        writers = [
            part
            for part in story.parts
            if part.joins <= stretch.number < part.stops and part.answers is not None
        ]
        texts = _assign(story, task, [part.who for part in writers], words)
        course = {
            part.who: Writing(
                story,
                part,
                stretch,
                task,
                words.reflections[texts[part.who][0]][texts[part.who][1]],
                texts[part.who],
                story.scenes.get((part.who, task.slug)),
            )
            for part in writers
            if part.who in texts and not part.declines
        }
        submitted = {who: _submitted_at(one, anchor) for who, one in course.items()}
        givers = _givers(story, course)
        for who, one in course.items():
            yield from _course(one, submitted[who], givers[who], submitted, anchor)


def _assign(story: Story, task: Task, writers: list[str], words: Words) -> dict[str, tuple[str, int]]:
    """Whose text is which, as (file, number). Nobody in a cohort has the same one; who is left does not write."""
    name = task.slug.removesuffix("-reflectie")
    texts = words.reflections.get(name, ())
    if not texts:
        return {}
    own = {text.by: number for number, text in enumerate(texts) if text.by and story.key != "finished"}
    chosen = {who: own[who] for who in writers if who in own}
    free = [number for number in range(len(texts)) if number not in chosen.values()]
    # A text that belongs to somebody of this cohort is theirs, also when they have not come so far yet.
    free = [number for number in free if number not in own.values()]
    others = [who for who in writers if who not in chosen]
    for place, who in enumerate(others[: len(free)]):
        chosen[who] = free[(place + story.shift) % len(free)]
    return {who: (name, number) for who, number in chosen.items()}


def _submitted_at(one: Writing, anchor: datetime) -> datetime:
    if one.scene:
        return anchor - one.scene.submitted * DAY if one.scene.submitted else anchor + 2.2 * DAY
    dice = chance(one.story.key, one.part.who, one.task.slug)
    low, high = LEAD[one.part.pace]
    at = days_before(one.task.due_at, dice.uniform(low, high), dice)
    return not_before(at, one.stretch.opens_at + timedelta(days=1, hours=10))


def _givers(story: Story, course: dict[str, Writing]) -> dict[str, list[str]]:
    """Who gives feedback to whom: within a group, everybody to the next two who write for their peers."""
    givers: dict[str, list[str]] = {who: [] for who in course}
    for group in story.groups.values():
        writing = [who for who in group if who in course and _shares(course[who])]
        for place, author in enumerate(writing):
            others = writing[place + 1 :] + writing[:place]
            givers[author] = others[:2]
    for who, one in course.items():
        if one.scene:
            givers[who] = list(one.scene.givers)
    return givers


def _shares(one: Writing) -> bool:
    return audience_of(one) in ("peer_group", "cohort")


def audience_of(one: Writing) -> str:
    """With whom it is shared. In the cohort that is finished everybody let their peers read."""
    if one.scene:
        return one.scene.audience
    dice = chance(one.story.key, one.part.who, one.task.slug, "audience").random()
    if dice < 0.22:
        return "cohort"
    return "trainer" if dice > 0.9 and one.story.key == "halfway" else "peer_group"


def _course(
    one: Writing, submit: datetime, givers: list[str], submitted: dict[str, datetime], anchor: datetime
) -> Iterator[Event]:
    author, trainer = one.part.who, _trainer(one)
    dice = chance(one.story.key, author, one.task.slug, "course")
    begun = anchor - one.scene.begun * DAY if one.scene else submit - dice.uniform(1.5, 4) * DAY
    begun = not_before(begun, one.stretch.opens_at + timedelta(hours=9))
    submit = max(submit, begun + timedelta(hours=5))
    first = one.text.first is not None and _is_returned(one)
    yield one.event(begun, author, "draft", share=dice.uniform(0.3, 0.6), audience=audience_of(one))
    yield one.event(submit - timedelta(minutes=50), author, "draft", share=0.9, audience=audience_of(one))
    yield from _files(one, submit - timedelta(minutes=45))
    yield one.event(submit, author, "submit", audience=audience_of(one), first=first)
    if one.scene and one.scene.ending is Ending.WITHDRAWN:
        yield one.event(submit + timedelta(hours=26), author, "take_back")
        return
    last = submit
    for place, giver in enumerate(givers):
        # Who gives feedback has mostly written first.
        ready = max(submit, min(submitted.get(giver, submit), submit + 3 * DAY))
        if one.scene:
            ready = submit
        at = not_before(days_before(ready, -(1 + place + dice.random()), dice), submit + timedelta(hours=4))
        at = min(at, anchor - timedelta(hours=9)) if _before(one, anchor, submit) else at
        own_words = place == 0
        fixed = one.scene is not None
        yield one.event(at, giver, "give", note=-1 if own_words else dice.randrange(1000), fixed=fixed)
        last = max(last, at)
    read = last + timedelta(hours=21)
    yield one.event(read, author, "read_reactions")
    yield one.event(read + timedelta(minutes=15), author, "thank")
    handed_on = max(read, anchor + 0.9 * DAY) if one.scene and one.scene.ending is Ending.REVISING else read
    yield one.event(handed_on + timedelta(minutes=40), author, "hand_on")
    yield from _answers(one, submit, last, trainer, first, anchor)


def _files(one: Writing, at: datetime) -> Iterator[Event]:
    """A photo of the board or a page on paper, where the text speaks of one."""
    for kind, name, words in FILES.get((one.story.key, one.part.who, one.task.slug), ()):
        yield one.event(at, one.part.who, "attach", kind=kind, name=name, words=words)


def _before(one: Writing, anchor: datetime, submit: datetime) -> bool:
    """Whether the feedback of a scene must have been given when the demo begins."""
    return bool(one.scene) and submit + timedelta(hours=13) < anchor


def _is_returned(one: Writing) -> bool:
    if one.scene:
        return one.scene.ending in (Ending.RETURNED, Ending.IMPROVED)
    return True


def _trainer(one: Writing) -> str:
    trainers = one.story.trainers
    # Where two trainers share a cohort, the first reads most.
    second = (
        len(trainers) > 1 and chance(one.story.key, one.part.who, one.task.slug, "trainer").random() < 0.25
    )
    return trainers[1] if second and not one.scene else trainers[0]


def _answers(
    one: Writing, submit: datetime, last: datetime, trainer: str, first: bool, anchor: datetime
) -> Iterator[Event]:
    """What the trainer does, and the improved version after a return."""
    dice = chance(one.story.key, one.part.who, one.task.slug, "answers")
    ending = one.scene.ending if one.scene else Ending.APPROVED
    answer = days_before(max(submit + 2 * DAY, last), -dice.uniform(0.6, 3), dice, evenings=False)
    answer = not_before(answer, last + timedelta(hours=2))
    if ending in (Ending.WAITING, Ending.REVISING, Ending.STARTED, Ending.IN_HAND, Ending.IMPROVED):
        answer = max(answer, anchor + dice.uniform(1.1, 3) * DAY)
    elif one.scene:
        answer = min(answer, anchor - timedelta(days=2, hours=4))
    opened = answer - timedelta(minutes=dice.randrange(25, 70))
    if ending is Ending.IN_HAND:
        # A trainer has it in hand for half an hour.
        opened = anchor - timedelta(minutes=7)
    if ending is Ending.IMPROVED:
        yield one.event(max(last, submit) + timedelta(hours=20), one.part.who, "submit", improves=True)
        first = False
    if first:
        yield one.event(opened, trainer, "take_up", returning=True)
        yield one.event(answer, trainer, "decide", returning=True)
        yield one.event(answer + timedelta(hours=19), one.part.who, "read_reactions")
        if ending is Ending.RETURNED:
            yield one.event(anchor - timedelta(hours=21), one.part.who, "rework")
        again = days_before(answer, -dice.uniform(2.2, 4.5), dice)
        again = (
            max(again, anchor + 1.6 * DAY) if one.scene else not_before(again, answer + timedelta(hours=20))
        )
        yield one.event(again, one.part.who, "submit", improves=True)
        answer = days_before(again, -dice.uniform(1.2, 3.5), dice, evenings=False)
        answer = not_before(answer, again + timedelta(hours=3))
        opened = answer - timedelta(minutes=40)
    yield one.event(opened, trainer, "take_up", returning=False)
    yield one.event(answer, trainer, "decide", returning=False)
    yield one.event(answer + timedelta(hours=22), one.part.who, "read_reactions")

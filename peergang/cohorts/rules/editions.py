"""How one edition differs from another, told in parts a person can read. Slugs are what stays the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class PartKind(StrEnum):
    """What an edition is made of, as far as a cohort notices."""

    MODULE = "module"
    TOPIC = "topic"
    ACTIVITY = "activity"
    READING = "reading"


class Change(StrEnum):
    """What happened to a part."""

    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"


class Aspect(StrEnum):
    """What about a part is different. `KIND` makes it another activity: nothing is carried over to it."""

    MODULE = "module"
    KIND = "kind"
    REQUIRED = "required"
    OPTIONAL = "optional"
    TITLE = "title"
    MINUTES = "minutes"
    DUE = "due"
    SETTINGS = "settings"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of one edition. `key` is its slug (a topic's with that of its module before it), `module` its module's slug.

    `text` is what a participant reads, without markup; `settings` the rest (prompts, criteria, agenda, …) as comparable text.
    """

    kind: PartKind
    key: str
    module: str
    title: str
    title_en: str = ""
    text: str = ""
    activity_kind: str = ""
    required: bool = False
    minutes: int | None = None
    due_days_before: int = 0
    settings: str = ""


@dataclass(frozen=True, slots=True)
class PartChange:
    """One difference. `old` is None for what is new, `new` for what is gone."""

    change: Change
    old: Part | None
    new: Part | None
    aspects: tuple[Aspect, ...] = ()

    @property
    def part(self) -> Part:
        """The part as it will be, or as it was when it is gone."""
        part = self.new or self.old
        if part is None:
            raise ValueError("a change is about something")
        return part


@dataclass(frozen=True, slots=True)
class Difference:
    """All differences between two editions, by the slug of the module they stand in, and how much stays the same."""

    by_module: Mapping[str, list[PartChange]]
    unchanged: int
    modules: Mapping[str, Part] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many parts differ."""
        return sum(len(changes) for changes in self.by_module.values())

    def all(self, kind: PartKind, change: Change) -> list[PartChange]:
        """The changes of one kind."""
        return [
            one
            for changes in self.by_module.values()
            for one in changes
            if one.part.kind == kind and one.change == change
        ]


def compare_editions(old: Iterable[Part], new: Iterable[Part]) -> Difference:
    """What is new, gone or changed from `old` to `new`. An activity that became another kind is gone and new at once.

    Modules stand in the order of the new edition, those that are gone at the end.
    """
    before, after = _by_key(old), _by_key(new)
    modules = {part.module: part for part in before.values() if part.kind == PartKind.MODULE}
    later = {part.module: part for part in after.values() if part.kind == PartKind.MODULE}
    places = [*later, *(slug for slug in modules if slug not in later)]
    found: dict[str, list[PartChange]] = {slug: [] for slug in places}
    unchanged = 0
    for key in [*after, *(one for one in before if one not in after)]:
        changes = _compare(before.get(key), after.get(key))
        unchanged += not changes
        for one in changes:
            found.setdefault(one.part.module, []).append(one)
    return Difference({slug: one for slug, one in found.items() if one}, unchanged, modules | later)


def _by_key(parts: Iterable[Part]) -> dict[tuple[PartKind, str], Part]:
    return {(one.kind, one.key): one for one in parts}


def _compare(old: Part | None, new: Part | None) -> list[PartChange]:
    if old is None or new is None:
        return [PartChange(Change.NEW if new else Change.GONE, old, new)]
    if old.activity_kind != new.activity_kind:
        return [
            PartChange(Change.GONE, old, None, (Aspect.KIND,)),
            PartChange(Change.NEW, None, new, (Aspect.KIND,)),
        ]
    aspects = _aspects(old, new)
    return [PartChange(Change.CHANGED, old, new, aspects)] if aspects else []


def _aspects(old: Part, new: Part) -> tuple[Aspect, ...]:
    judged = {
        Aspect.MODULE: old.module != new.module,
        Aspect.REQUIRED: new.required and not old.required,
        Aspect.OPTIONAL: old.required and not new.required,
        Aspect.TITLE: (old.title, old.title_en) != (new.title, new.title_en),
        Aspect.MINUTES: old.minutes != new.minutes,
        Aspect.DUE: old.due_days_before != new.due_days_before,
        Aspect.SETTINGS: old.settings != new.settings,
        Aspect.TEXT: old.text != new.text,
    }
    return tuple(aspect for aspect, applies in judged.items() if applies)

"""The facts under a figure, one line for each thing that could be done and who did it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from peergang.progress.rules.figures import Measure


@dataclass(frozen=True, slots=True)
class Mark:
    """One person at one thing: whether it counts, in which state, and when."""

    enrolment_id: UUID
    counts: bool
    state: str
    at: datetime | None = None


@dataclass(slots=True)
class Item:
    """A meeting or an activity, with a mark for everybody it is asked of."""

    row: Any
    marks: list[Mark] = field(default_factory=list)

    @property
    def number(self) -> int:
        """Of how many it counts."""
        return sum(mark.counts for mark in self.marks)


def by_item(rows: Iterable[Any], key: str, mark: Callable[[Any], Mark], order: Sequence[UUID]) -> list[Item]:
    """The rows by meeting or activity (the column `key`), in the order they came; people in the order of `order`."""
    place: Mapping[UUID, int] = {one: number for number, one in enumerate(order)}
    found: dict[Any, Item] = {}
    for row in rows:
        found.setdefault(getattr(row, key), Item(row)).marks.append(mark(row))
    for item in found.values():
        item.marks.sort(key=lambda one: place[one.enrolment_id])
    return list(found.values())


def mark_presence(row: Any) -> Mark:
    """Present counts; absent and excused do not."""
    return Mark(row.enrolment_id, row.state == "present", row.state)


def mark_work(row: Any) -> Mark:
    """In time counts; too late and missing do not."""
    if row.handed_in_at is None:
        return Mark(row.enrolment_id, False, "missing")
    in_time = row.handed_in_at <= row.due_at
    return Mark(row.enrolment_id, in_time, "in_time" if in_time else "late", row.handed_in_at)


def mark_completion(row: Any) -> Mark:
    """Whatever was completed counts, whenever that was."""
    done = row.completed_at is not None
    return Mark(row.enrolment_id, done, "done" if done else "open", row.completed_at)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the history kept of a day: so many of so many."""

    done: int
    asked: int


_KEPT = {Measure.PROGRESS: ("completed", "required"), Measure.HANDED_IN: ("handed_in", "due")}


def find_other_figure(measure: Measure, people: Sequence[Any], items: Sequence[Item]) -> Kept | None:
    """What the figure of these people was made of, when the facts that are known by now say otherwise: dates move and work is
    erased afterwards, and a figure that was kept stays. None when they agree, or nothing was kept.
    """
    columns = _KEPT.get(measure)
    if columns is None or any(getattr(one, name) is None for one in people for name in columns):
        return None
    kept = Kept(*(sum(getattr(one, name) for one in people) for name in columns))
    done = sum(mark.at is not None for item in items for mark in item.marks)
    asked = sum(len(item.marks) for item in items)
    return None if kept == Kept(done, asked) else kept

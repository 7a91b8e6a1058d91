"""Who reads whose work: everybody who wrote gets readers from the group, and all read about as much.

docs/decisions/0026-peers-first.md says why. Pure: it is told what is, and gives what is to change.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations
from uuid import UUID

from peergang.coursework.rules.flow import assign

TIME_TO_READ = timedelta(days=3)
"""Whoever is asked late has at least this long."""

GRACE = timedelta(days=3)
"""So long after the term a reader's place is given to somebody else, and what has no feedback is offered to the trainer."""

# What is worse weighs more than everything below it together, in a group of at most a few dozen readings.
_OVERLOAD = 10_000_000
_LAPSED = 2_000_000
_NOT_READY = 500_000
_UNEVEN = 10_000
_CHANGE = 1_000
_MET, _MET_MOST = 20, 4
_ONE_WAY = 15


class Release(StrEnum):
    """Why somebody who was asked is asked no longer."""

    LEFT = "left"
    TAKEN_BACK = "taken_back"
    SWAPPED = "swapped"
    OVERDUE = "overdue"
    ENDED = "ended"


_LIMIT = 12
"""More than this nobody reads for one activity, whatever happens."""

Reading = tuple[UUID, UUID]
"""A piece of work (a reflection) and who reads it (an enrolment)."""


@dataclass(frozen=True, slots=True)
class Work:
    """What one author handed in for the group to read.

    `settled` are its readers who gave feedback or began to write: nobody takes that from them. `asked` are those who were
    asked and did not begin, and may be asked something else. `done` says that it needs no new readers: what was asked
    stays, but nobody is asked instead of who leaves.
    """

    key: UUID
    author: UUID
    settled: frozenset[UUID] = frozenset()
    asked: frozenset[UUID] = frozenset()
    done: bool = False

    @property
    def readers(self) -> frozenset[UUID]:
        """Everybody who reads it or was asked to."""
        return self.settled | self.asked


@dataclass(frozen=True, slots=True)
class Group:
    """A peer group at one activity.

    `give` is how many readers everybody gets. `ready` are the members who handed in themselves; others are asked when
    `spare` says that it is time, or when there are so few members that everybody reads everybody. `load` is what members
    read already elsewhere in the module, `met` how often the first of a pair read the second before. `late` are readings
    that wait too long, `lapsed` who let one wait so long that it went to somebody else.
    """

    members: Collection[UUID]
    works: Sequence[Work]
    give: int
    ready: Collection[UUID]
    spare: bool = False
    load: Mapping[UUID, int] = field(default_factory=dict)
    met: Mapping[tuple[UUID, UUID], int] = field(default_factory=dict)
    late: Collection[Reading] = ()
    lapsed: Collection[UUID] = ()


@dataclass(frozen=True, slots=True)
class NewReading:
    """Somebody who is to be asked, in the how manieth round of this work, and whose place they take."""

    work: UUID
    giver: UUID
    round: int
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to change: whom to ask, and what is asked no longer."""

    ask: list[NewReading]
    release: list[Reading]


def count_needed(give: int, members: int) -> int:
    """How many readers a piece of work gets in a group of so many, its author among them."""
    return max(0, min(give, members - 1))


def allocate(group: Group) -> Changes:
    """Who is asked to read what from now on.

    Everybody who handed in gets `give` readers, as far as the group goes; loads differ by one at most where what was begun
    allows it. Nobody reads their own work. Who handed in last finds all places taken: then somebody's place that was not
    begun goes to them, and if nothing can be taken over they read along, so that everybody gives as well as gets.
    """
    chosen = _choose(group)
    _improve(group, chosen)
    _read_along(group, chosen)
    return _list_changes(group, chosen)


def _choose(group: Group) -> set[Reading]:
    """The readings that are to be, besides the settled ones."""
    wanted, costs = {}, {}
    for work in group.works:
        needed = count_needed(group.give, len(group.members)) - len(work.settled)
        wanted[work.key] = max(0, min(needed, len(work.asked)) if work.done else needed)
        for giver in _candidates(group, work):
            costs[work.key, giver] = _cost(group, work, giver, group.works)
    return assign(wanted, costs, {one: _unit_costs(group, one) for one in group.members})


def _candidates(group: Group, work: Work) -> list[UUID]:
    """Who may be asked to read it, in an order that does not depend on chance."""
    members = set(group.members)
    able = set() if work.done else members if _asks_all(group) else members & set(group.ready)
    return sorted((able | (work.asked & members)) - work.settled - {work.author})


def _asks_all(group: Group) -> bool:
    return group.spare or len(group.members) - 1 <= group.give


def _unit_costs(group: Group, giver: UUID) -> list[int]:
    """What one reading more costs somebody: the more they have, the more; so the sum is least when all have as many."""
    has = group.load.get(giver, 0) + sum(giver in work.settled for work in group.works)
    most = max(group.give + 1, has)
    first = 0 if giver in group.ready else _NOT_READY
    return [
        first + (2 * number + 1) * _UNEVEN + (_OVERLOAD if number >= most else 0)
        for number in range(has, max(_LIMIT, has + 1))
    ]


def _cost(group: Group, work: Work, giver: UUID, works: Iterable[Work]) -> int:
    """How little this pair suits, apart from loads."""
    own = next((one for one in works if one.author == giver), None)
    mutual = own is not None and work.author in own.readers
    slow = giver in _slow(group) and giver not in work.asked
    lapsed = slow or (work.key, giver) in group.late
    return (
        (0 if giver in work.asked else _CHANGE)
        + (_LAPSED if lapsed else 0)
        + _MET * min(group.met.get((giver, work.author), 0), _MET_MOST)
        + (0 if mutual else _ONE_WAY)
    )


def _slow(group: Group) -> set[UUID]:
    """Who lets something wait too long, or did."""
    return set(group.lapsed) | {giver for _work, giver in group.late}


def _improve(group: Group, chosen: set[Reading]) -> None:
    """Let two readers change places as long as that makes more pairs read each other, or meet for the first time."""
    works = {work.key: work for work in group.works}
    total = _pairs_cost(group, works, chosen)
    better = True
    while better:
        better = False
        for one, other in combinations(sorted(chosen), 2):
            swapped = {(one[0], other[1]), (other[0], one[1])}
            if swapped & chosen or not all(_may(group, works[key], giver) for key, giver in swapped):
                continue
            trial = (chosen - {one, other}) | swapped
            cost = _pairs_cost(group, works, trial)
            if cost < total:
                chosen.difference_update((one, other))
                chosen.update(swapped)
                total, better = cost, True
                break


def _may(group: Group, work: Work, giver: UUID) -> bool:
    return giver != work.author and giver not in work.settled and giver in _candidates(group, work)


def _pairs_cost(group: Group, works: Mapping[UUID, Work], chosen: Collection[Reading]) -> int:
    then = [_with_readers(work, chosen) for work in works.values()]
    return sum(_cost(group, works[key], giver, then) for key, giver in chosen)


def _with_readers(work: Work, chosen: Collection[Reading]) -> Work:
    return Work(work.key, work.author, work.settled | {giver for key, giver in chosen if key == work.key})


def _read_along(group: Group, chosen: set[Reading]) -> None:
    """Ask who handed in and would read less than the others for work that has its readers already."""
    for giver in sorted(set(group.ready) & set(group.members) - _slow(group)):
        others = [one for one in group.works if one.author != giver and giver not in one.settled]
        kept = [one for one in others if (one.key, giver) not in chosen]
        kept.sort(key=lambda one: _along_order(group, one, giver, chosen))
        has = group.load.get(giver, 0) + sum(giver in one.settled for one in group.works)
        has += sum(giver == reader for _key, reader in chosen)
        room = count_needed(group.give, len(group.members)) - has
        chosen.update((work.key, giver) for work in kept[: max(0, room)])


def _along_order(
    group: Group, work: Work, giver: UUID, chosen: Collection[Reading]
) -> tuple[bool, bool, int, int, UUID]:
    readers = len(_with_readers(work, chosen).readers)
    return giver not in work.asked, work.done, readers, _cost(group, work, giver, group.works), work.key


def _list_changes(group: Group, chosen: Collection[Reading]) -> Changes:
    ask, release = [], []
    for work in group.works:
        readers = {giver for key, giver in chosen if key == work.key}
        gone = sorted(work.asked - readers)
        new = sorted(readers - work.asked)
        number = len(work.settled) + len(work.asked & readers)
        ask += [
            NewReading(work.key, giver, number + place, gone[place - 1] if place <= len(gone) else None)
            for place, giver in enumerate(new, start=1)
        ]
        release += [(work.key, giver) for giver in gone]
    return Changes(ask, release)


def term_of(due_at: datetime | None, since: datetime) -> datetime:
    """Until when somebody who was asked at `since` has for reading; without a due date as long as the shortest."""
    shortest = since + TIME_TO_READ
    return max(due_at, shortest) if due_at else shortest

"""Mending peer groups that fell below 3, with as few changes as possible."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from peergang.cohorts.rules.groups import (
    LARGEST,
    SMALLEST,
    USUAL,
    Member,
    count_colleagues,
    place_one,
    propose_groups,
)

Planned = dict[UUID, list[Member]]


@dataclass(frozen=True, slots=True)
class Repair:
    """What it takes to give everybody a group of 3 to 6 again, as (who, to which group).

    `opened` holds people for whom there was no room anywhere: each list is a group to be made.
    """

    moves: list[tuple[Member, UUID]]
    opened: list[list[Member]]


def plan_repair(
    groups: Mapping[UUID, Sequence[Member]],
    newcomers: Sequence[Member] = (),
    pinned: frozenset[UUID] = frozenset(),
) -> Repair:
    """The fewest changes after which every group has 3 to 6 members and every newcomer has one.

    A group that is too small first gets newcomers, then somebody from the fullest group, which keeps at least 4; when
    there is nobody to spare, its people join another group. Who sits in a group that is large enough, stays or is the
    one who is taken. Who is pinned (enrolment ids) stays whatever happens, so their group is filled rather than dissolved,
    even from groups of 4; where nobody may move, it stays small. Below 3 people in all nothing can be done. The same
    people give the same plan, in any order.
    """
    now_in = {one: key for key, people in groups.items() for one in people}
    planned = {key: sorted(people, key=_by_id) for key, people in sorted(groups.items()) if people}
    if not planned:
        return Repair([], [])
    opened = propose_groups(_seat_newcomers(planned, newcomers))
    # Groups that do not exist yet take part under keys of their own, above all that random ids can be.
    new_keys = [UUID(int=2**128 - 1 - number) for number in range(len(opened))]
    planned |= dict(zip(new_keys, opened, strict=True))
    _Mending(planned, now_in, pinned).run()
    moves = [
        (one, key)
        for key, people in planned.items()
        if key not in new_keys
        for one in people
        if now_in.get(one) != key
    ]
    return Repair(moves, [planned[key] for key in new_keys if key in planned])


def _seat_newcomers(planned: Planned, newcomers: Sequence[Member]) -> list[Member]:
    """Add `newcomers` to `planned` while there is room, groups that are too small first. Gives who is left."""
    left = []
    for one in sorted(newcomers, key=_by_id):
        small = {key: people for key, people in planned.items() if len(people) < SMALLEST}
        key = place_one(one, small or planned)
        if key is None:
            left.append(one)
        else:
            planned[key].append(one)
    return left


@dataclass(frozen=True, slots=True)
class _Mending:
    """Groups under repair; `settled` says where people are now."""

    planned: Planned
    settled: Mapping[Member, UUID]
    pinned: frozenset[UUID]

    def run(self) -> None:
        """Fill or dissolve groups until none is too small, the smallest first.

        Without pins one of both is always possible while there is another group: 6 can spare two; 5 can spare one, or
        take one; less than that can take two.
        """
        hopeless: set[UUID] = set()
        while len(self.planned) > 1:
            small = [
                key for key, people in self.planned.items() if len(people) < SMALLEST and key not in hopeless
            ]
            if not small:
                return
            key = min(small, key=lambda one: (len(self.planned[one]), one))
            if not (self._fill(key, USUAL) or self._dissolve(key) or self._fill(key, SMALLEST)):
                hopeless.add(key)

    def _fill(self, key: UUID, keep: int) -> bool:
        """Bring people from groups that keep at least so many, when there are enough of them."""
        small = self.planned[key]
        spare = sum(min(len(people) - keep, len(self._free(people))) for people in self._larger(keep))
        if spare < SMALLEST - len(small):
            return False
        while len(small) < SMALLEST:
            self._take_one(small, keep)
        return True

    def _take_one(self, small: list[Member], keep: int) -> None:
        """Bring somebody from the fullest group: rather who is on the move anyway than who is settled there; then who
        finds no colleagues in `small`, and leaves some behind.
        """
        full = [people for people in self._larger(keep) if self._free(people)]
        most = max(len(people) for people in full)

        def burden(choice: tuple[UUID, Member]) -> tuple[bool, int, int, UUID, UUID]:
            key, one = choice
            found, left = count_colleagues(one, small), count_colleagues(one, self.planned[key])
            return self.settled.get(one) == key, found, -left, key, one.enrolment_id

        choices = [
            (key, one)
            for key, people in self.planned.items()
            if people is not small and len(people) == most
            for one in self._free(people)
        ]
        key, one = min(choices, key=burden)
        self.planned[key].remove(one)
        small.append(one)

    def _dissolve(self, key: UUID) -> bool:
        """Let all people of a group join the group with room in which they find the fewest colleagues."""
        leaving = self.planned[key]
        room = {
            other: people
            for other, people in self.planned.items()
            if other != key and len(people) + len(leaving) <= LARGEST
        }
        if not room or len(self._free(leaving)) < len(leaving):
            return False

        def burden(other: UUID) -> tuple[int, int, UUID]:
            return sum(count_colleagues(one, room[other]) for one in leaving), len(room[other]), other

        del self.planned[key]
        self.planned[min(room, key=burden)].extend(leaving)
        return True

    def _larger(self, keep: int) -> list[list[Member]]:
        return [people for people in self.planned.values() if len(people) > keep]

    def _free(self, people: Sequence[Member]) -> list[Member]:
        return [one for one in people if one.enrolment_id not in self.pinned]


def _by_id(member: Member) -> UUID:
    return member.enrolment_id

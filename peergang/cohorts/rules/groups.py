"""Peer groups of 3 to 6, mixed over institutions."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

SMALLEST, LARGEST, USUAL = 3, 6, 4


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody to be placed: the enrolment, and the institution it counts for."""

    enrolment_id: UUID
    institution: Hashable


def count_groups(people: int, size: int = USUAL) -> int:
    """Into how many groups `people` go, so that each has 3 to 6 members and about `size`. One when there are too few."""
    if people < SMALLEST:
        return 1 if people else 0
    fewest, most = -(-people // LARGEST), people // SMALLEST
    return min(max(round(people / size), fewest), most)


def propose_groups(members: Sequence[Member], size: int = USUAL) -> list[list[Member]]:
    """Divide `members` into groups, the same way for the same people whatever their order.

    Dealing them out like cards, one institution after the other, gives every group either the rounded-down or the
    rounded-up share of each institution. No division has fewer pairs of colleagues, and sizes differ by at most one.
    """
    groups = count_groups(len(members), size)
    sizes = Counter(one.institution for one in members)
    ordered = sorted(
        members, key=lambda one: (-sizes[one.institution], str(one.institution), one.enrolment_id)
    )
    return [ordered[start::groups] for start in range(groups)]


def place_one(member: Member, groups: Mapping[UUID, Sequence[Member]]) -> UUID | None:
    """The group that suits `member` best: fewest colleagues first, then fewest members. None when all are full."""
    room = {key: people for key, people in groups.items() if len(people) < LARGEST}

    def burden(key: UUID) -> tuple[int, int, UUID]:
        return _count_colleagues(member, room[key]), len(room[key]), key

    return min(room, key=burden, default=None)


def count_colleague_pairs(groups: Sequence[Sequence[Member]]) -> int:
    """How many pairs within a group come from one institution."""
    return sum(
        found * (found - 1) // 2
        for group in groups
        for found in Counter(one.institution for one in group).values()
    )


@dataclass(frozen=True, slots=True)
class Repair:
    """What it takes to give everybody a group of 3 to 6 again, as (who, to which group).

    `opened` holds people for whom there was no room anywhere: each list is a group to be made.
    """

    moves: list[tuple[Member, UUID]]
    opened: list[list[Member]]


def plan_repair(groups: Mapping[UUID, Sequence[Member]], newcomers: Sequence[Member] = ()) -> Repair:
    """The fewest changes after which every group has 3 to 6 members and every newcomer has one.

    A group that is too small first gets newcomers, then somebody from the fullest group, which keeps at least 4; when
    there is nobody to spare, its people join another group. Who sits in a group that is large enough, stays or is the
    one who is taken. Below 3 people in all nothing can be done. The same people give the same plan, in any order.
    """
    now_in = {one: key for key, people in groups.items() for one in people}
    planned = {key: sorted(people, key=_by_id) for key, people in sorted(groups.items()) if people}
    if not planned:
        return Repair([], [])
    without = _seat_newcomers(planned, newcomers)
    opened = propose_groups(without)
    # Groups that do not exist yet take part under keys of their own, above all that random ids can be.
    new_keys = [UUID(int=2**128 - 1 - number) for number in range(len(opened))]
    planned |= dict(zip(new_keys, opened, strict=True))
    _mend(planned, now_in)
    moves = [
        (one, key)
        for key, people in planned.items()
        if key not in new_keys
        for one in people
        if now_in.get(one) != key
    ]
    return Repair(moves, [planned[key] for key in new_keys if key in planned])


def _seat_newcomers(planned: dict[UUID, list[Member]], newcomers: Sequence[Member]) -> list[Member]:
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


def _mend(planned: dict[UUID, list[Member]], settled: Mapping[Member, UUID]) -> None:
    """Fill or dissolve groups of `planned` until none is too small, the smallest first.

    One of both is always possible while there is another group: 6 can spare two; 5 can spare one, or take one; less
    than that can take two.
    """
    while len(planned) > 1:
        key = min(planned, key=lambda one: (len(planned[one]), one))
        small = planned[key]
        if len(small) >= SMALLEST:
            return
        if sum(max(0, len(people) - USUAL) for people in planned.values()) >= SMALLEST - len(small):
            while len(small) < SMALLEST:
                _take_one(planned, settled, small)
        else:
            _dissolve(planned, key)


def _take_one(
    planned: Mapping[UUID, list[Member]], settled: Mapping[Member, UUID], small: list[Member]
) -> None:
    """Bring somebody from the fullest group to `small`: rather who is on the move anyway than who is
    `settled` there; then who finds no
    colleagues there, and leaves some behind.
    """
    most = max(len(people) for people in planned.values())

    def burden(choice: tuple[UUID, Member]) -> tuple[bool, int, int, UUID, UUID]:
        key, one = choice
        found, left = _count_colleagues(one, small), _count_colleagues(one, planned[key])
        return settled.get(one) == key, found, -left, key, one.enrolment_id

    full = [(key, one) for key, people in planned.items() if len(people) == most for one in people]
    key, one = min(full, key=burden)
    planned[key].remove(one)
    small.append(one)


def _dissolve(planned: dict[UUID, list[Member]], key: UUID) -> None:
    """Let the people of a group that is too small join the group with room in which they find the fewest colleagues."""
    leaving = planned.pop(key)
    room = {other: people for other, people in planned.items() if len(people) + len(leaving) <= LARGEST}

    def burden(other: UUID) -> tuple[int, int, UUID]:
        return sum(_count_colleagues(one, room[other]) for one in leaving), len(room[other]), other

    planned[min(room, key=burden)].extend(leaving)


def _count_colleagues(member: Member, people: Sequence[Member]) -> int:
    return sum(1 for one in people if one.institution == member.institution)


def _by_id(member: Member) -> UUID:
    return member.enrolment_id

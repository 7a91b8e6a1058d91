"""The division into peer groups: what makes one better than another, and a proposal that is as good as we can make it.

In this order: as few pairs of colleagues of one institution as possible, then as few pairs with the same role, then as few
pairs that are both new or both experienced. Counting pairs spreads everybody evenly: a third colleague in a group costs
two pairs, somewhere else none.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from peergang.cohorts.rules.groups import LARGEST, SMALLEST, USUAL, Member, count_groups, propose_groups
from peergang.cohorts.rules.swaps import Swaps

Groups = Mapping[UUID, Sequence[Member]]
NEW_GROUP = UUID(int=2**128 - 1)
"""Groups that do not exist yet count down from here, above all that random ids can be."""

KINDS: tuple[tuple[str, Callable[[Member], Hashable | None]], ...] = (
    ("colleagues", lambda one: one.institution),
    ("same_role", lambda one: one.role or None),
    ("same_experience", lambda one: one.experienced),
)
"""What is spread, the most important first; None is not known, and equal to nobody."""


@dataclass(frozen=True, slots=True, order=True)
class Score:
    """Pairs within the groups that would better be apart; less is better, and an earlier figure outweighs the later."""

    colleagues: int
    same_role: int
    same_experience: int
    pairs: int
    """All pairs within the groups, alike or not."""


def score(groups: Iterable[Sequence[Member]]) -> Score:
    """How good a division is."""
    found = [list(people) for people in groups]
    colleagues, same_role, same_experience = (
        sum(_pairs(number) for people in found for number in _count(people, key).values()) for _, key in KINDS
    )
    return Score(colleagues, same_role, same_experience, sum(_pairs(len(people)) for people in found))


def best_possible(groups: Iterable[Sequence[Member]]) -> Score:
    """What no division into groups of these sizes can improve: everything spread as evenly as the numbers allow.

    The three may not be reachable together; a proposal that has them all is certainly the best there is.
    """
    found = [list(people) for people in groups]
    everybody = [one for people in found for one in people]
    sizes = [len(people) for people in found]
    colleagues, same_role, same_experience = (
        sum(_fewest_pairs(number, sizes) for number in _count(everybody, key).values()) for _, key in KINDS
    )
    return Score(colleagues, same_role, same_experience, sum(_pairs(size) for size in sizes))


def propose_division(
    current: Groups, newcomers: Sequence[Member], pinned: frozenset[UUID], size: int = USUAL
) -> dict[UUID, list[Member]]:
    """Divide everybody in groups of about `size`; who is pinned (enrolment ids) stays. The same people give the same answer.

    Groups go on under the key of the group from which they have most people; keys from NEW_GROUP down are groups to be made.
    Never worse than `current` where that has everybody in just as many groups of 3 to 6.
    """
    fixed = {key: [one for one in people if one.enrolment_id in pinned] for key, people in current.items()}
    fixed = {key: _in_order(people) for key, people in sorted(fixed.items()) if people}
    settled = {one for people in fixed.values() for one in people}
    everybody = [one for people in current.values() for one in people] + list(newcomers)
    free = [one for one in _in_order(everybody) if one not in settled]
    dealt = _keep_names(_improve(_deal(fixed, free, size), settled), current, fixed)
    now = {key: _in_order(people) for key, people in sorted(current.items()) if people}
    if (
        newcomers
        or len(now) != len(dealt)
        or not all(SMALLEST <= len(one) <= LARGEST for one in now.values())
    ):
        return dealt
    mended = _improve(now, settled)
    return mended if score(mended.values()) <= score(dealt.values()) else dealt


def list_moves(current: Groups, proposed: Groups) -> list[tuple[Member, UUID]]:
    """Who goes where when `proposed` replaces `current`."""
    now_in = {one: key for key, people in current.items() for one in people}
    return [(one, key) for key, people in proposed.items() for one in people if now_in.get(one) != key]


def fingerprint(current: Groups, proposed: Groups) -> str:
    """A short text that is another one as soon as either division is: what somebody saw when they said yes."""
    parts = [
        f"{key} {one.enrolment_id}"
        for groups in (current, proposed)
        for key in sorted(groups)
        for one in groups[key]
    ]
    return sha256("\n".join(parts).encode()).hexdigest()[:20]


def _deal(fixed: Groups, free: Sequence[Member], size: int) -> dict[UUID, list[Member]]:
    """A first division. Without pins dealing like cards is the best there is; with pins everybody in turn takes the group
    with room that has the fewest of their colleagues.
    """
    if not fixed:
        return {_new(number): list(people) for number, people in enumerate(propose_groups(free, size))}
    sizes = _choose_sizes({key: len(people) for key, people in fixed.items()}, len(free), size)
    groups = {key: list(fixed.get(key, ())) for key in sizes}
    schools = Counter(one.institution for one in free)
    for one in sorted(
        free, key=lambda one: (-schools[one.institution], str(one.institution), one.enrolment_id)
    ):
        room = [key for key in groups if len(groups[key]) < sizes[key]]
        colleagues = {
            key: sum(1 for other in groups[key] if other.institution == one.institution) for key in room
        }
        groups[min(room, key=lambda key: (colleagues[key], len(groups[key]) - sizes[key], key))].append(one)
    return groups


def _choose_sizes(fixed: Mapping[UUID, int], free: int, size: int) -> dict[UUID, int]:
    """How large each group becomes: as even as the pins allow, in a number of groups near the wanted one. Pins come before
    3 to 6 where both cannot be had.
    """
    people = sum(fixed.values()) + free
    wanted = max(count_groups(people, size), len(fixed))
    most = max(people // SMALLEST, len(fixed))
    for number in sorted(range(len(fixed), most + 1), key=lambda number: (abs(number - wanted), number)):
        sizes = _fill(fixed, free, number)
        if all(SMALLEST <= one <= LARGEST for one in sizes.values()):
            return sizes
    return _fill(fixed, free, wanted)


def _fill(fixed: Mapping[UUID, int], free: int, number: int) -> dict[UUID, int]:
    sizes = dict(fixed) | {_new(place): 0 for place in range(number - len(fixed))}
    for _ in range(free):
        smallest = min(sizes, key=lambda key: (sizes[key], key))
        sizes[smallest] += 1
    return sizes


def _improve(groups: Groups, settled: set[Member]) -> dict[UUID, list[Member]]:
    swaps = Swaps(list(groups.values()), [key for _, key in KINDS], settled)
    return {key: _in_order(people) for key, people in zip(groups, swaps.run(), strict=True)}


def _keep_names(proposed: Groups, current: Groups, fixed: Groups) -> dict[UUID, list[Member]]:
    """Give each group the key of a group that exists, so that as few people as possible see another name."""
    now_in = {one: key for key, people in current.items() for one in people}
    overlaps = [
        (-number, key, mine)
        for mine, people in proposed.items()
        if mine not in fixed
        for key, number in Counter(now_in[one] for one in people if one in now_in).items()
        if key not in fixed
    ]
    names: dict[UUID, UUID] = {key: key for key in fixed}
    taken = set(fixed)
    for _, key, mine in sorted(overlaps):
        if mine not in names and key not in taken:
            names[mine] = key
            taken.add(key)
    # Who is left over shares nobody: a name that nobody else carries on is still better than a new one.
    spare = sorted(key for key in current if key not in taken and key not in fixed)
    names |= dict(
        zip((mine for mine in proposed if mine not in names and mine not in fixed), spare, strict=False)
    )
    renamed = {names.get(mine, mine): list(people) for mine, people in proposed.items()}
    return dict(sorted(renamed.items()))


def _count(people: Iterable[Member], key: Callable[[Member], Hashable | None]) -> Counter[Hashable]:
    return Counter(value for one in people if (value := key(one)) is not None)


def _pairs(number: int) -> int:
    return number * (number - 1) // 2


def _fewest_pairs(number: int, sizes: Sequence[int]) -> int:
    """The fewest pairs that so many people who are alike make in groups of these sizes: one more each time where there are
    fewest.
    """
    seats = sorted(place for size in sizes for place in range(size))
    return sum(seats[:number])


def _new(number: int) -> UUID:
    return UUID(int=NEW_GROUP.int - number)


def _in_order(people: Iterable[Member]) -> list[Member]:
    return sorted(people, key=lambda one: one.enrolment_id)

"""Peer groups of 3 to 6, mixed over institutions."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

SMALLEST, LARGEST, USUAL = 3, 6, 4

GROUP = "Groep"
"""The word before the number of a new group. In Dutch, as what is kept is: everybody in the cohort reads it."""


class ChangeKind(StrEnum):
    """What changed the groups of a cohort. Who left the cohort cannot be brought back from here."""

    DIVIDED = "divided"
    PLACED = "placed"
    MOVED = "moved"
    MENDED = "mended"
    LEFT = "left"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody to be placed: the enrolment, the institution it counts for, and what else makes a group varied. A role of
    "" and an experience of None are not known.
    """

    enrolment_id: UUID
    institution: Hashable
    role: str = ""
    experienced: bool | None = None


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
        return count_colleagues(member, room[key]), len(room[key]), key

    return min(room, key=burden, default=None)


def count_colleague_pairs(groups: Sequence[Sequence[Member]]) -> int:
    """How many pairs within a group come from one institution."""
    return sum(
        found * (found - 1) // 2
        for group in groups
        for found in Counter(one.institution for one in group).values()
    )


def count_colleagues(member: Member, people: Sequence[Member]) -> int:
    """How many of `people` come from the institution of `member`."""
    return sum(1 for one in people if one.institution == member.institution)

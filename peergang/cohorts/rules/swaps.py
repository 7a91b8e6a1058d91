"""Making a division better by letting two people change places, as long as that helps and for a bounded number of tries."""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence

from peergang.cohorts.rules.groups import Member

TRIES = 120_000
"""So many swaps are weighed at most: under half a second for three hundred people."""

WEIGHT = 10_000
"""One pair of an earlier kind outweighs all pairs of the next: a thousand people in sixes make 2,500."""


class Swaps:
    """A division that can only get better. Who is settled does not move, and no group changes its size."""

    def __init__(
        self,
        groups: Sequence[Sequence[Member]],
        kinds: Sequence[Callable[[Member], Hashable | None]],
        settled: set[Member],
    ) -> None:
        self.people = [one for people in groups for one in people]
        self.seats = [place for place, people in enumerate(groups) for _ in people]
        self.free = [number for number, one in enumerate(self.people) if one not in settled]
        self.number = len(groups)
        # The values of everybody and, per kind, how often each stands in each group.
        self.values = [[kind(one) for one in self.people] for kind in kinds]
        self.counts = [self._count(values) for values in self.values]
        self.weights = [WEIGHT ** (len(kinds) - 1 - place) for place in range(len(kinds))]

    def run(self, tries: int = TRIES) -> list[list[Member]]:
        """Swap until nothing helps any more, or `tries` have been weighed; the same groups give the same answer."""
        better = True
        while better and tries > 0:
            better = False
            for place, one in enumerate(self.free):
                if not self._clashes(one):
                    continue
                tries -= len(self.free) - place
                better |= self._find_place(one)
                if tries <= 0:
                    break
        groups: list[list[Member]] = [[] for _ in range(self.number)]
        for member, seat in zip(self.people, self.seats, strict=True):
            groups[seat].append(member)
        return groups

    def _count(self, values: Sequence[Hashable | None]) -> list[Counter[Hashable]]:
        counts: list[Counter[Hashable]] = [Counter() for _ in range(self.number)]
        for value, seat in zip(values, self.seats, strict=True):
            if value is not None:
                counts[seat][value] += 1
        return counts

    def _clashes(self, one: int) -> bool:
        """Whether somebody in the group is like this person; otherwise moving them can gain nothing."""
        seat = self.seats[one]
        return any(
            values[one] is not None and counts[seat][values[one]] > 1
            for values, counts in zip(self.values, self.counts, strict=True)
        )

    def _find_place(self, one: int) -> bool:
        """Swap with the first who makes it better."""
        for other in self.free:
            if self.seats[other] != self.seats[one] and self._gain(one, other) < 0:
                self._swap(one, other)
                return True
        return False

    def _gain(self, one: int, other: int) -> int:
        """What the swap adds to the pairs, weighed; below zero is better."""
        here, there = self.seats[one], self.seats[other]
        total = 0
        for values, counts, weight in zip(self.values, self.counts, self.weights, strict=True):
            mine, theirs = values[one], values[other]
            if mine == theirs:
                continue
            if mine is not None:
                total += weight * (counts[there][mine] - counts[here][mine] + 1)
            if theirs is not None:
                total += weight * (counts[here][theirs] - counts[there][theirs] + 1)
        return total

    def _swap(self, one: int, other: int) -> None:
        here, there = self.seats[one], self.seats[other]
        for values, counts in zip(self.values, self.counts, strict=True):
            for value, old, new in ((values[one], here, there), (values[other], there, here)):
                if value is not None:
                    counts[old][value] -= 1
                    counts[new][value] += 1
        self.seats[one], self.seats[other] = there, here

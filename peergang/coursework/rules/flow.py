"""The cheapest way to give everybody their share, found with augmenting paths.

What was given first may be taken back along the way when somebody else can take it over, so nothing ends with "no one left"
that had a solution. Groups are small: clarity before speed.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

Left = TypeVar("Left", bound=Hashable)
Right = TypeVar("Right", bound=Hashable)


def assign(
    wanted: Mapping[Left, int],
    pair_costs: Mapping[tuple[Left, Right], int],
    unit_costs: Mapping[Right, Sequence[int]],
) -> set[tuple[Left, Right]]:
    """As many pairs as there can be, each at most once, at the lowest total cost.

    `wanted` is how many partners each on the left is to get; `pair_costs` names the pairs that may be made, and
    `unit_costs` what the first, second, … partner of each on the right costs, never falling. Its length is the limit.
    """
    chosen: set[tuple[Left, Right]] = set()
    load: dict[Right, int] = dict.fromkeys(unit_costs, 0)
    missing = dict(wanted)
    while path := _cheapest_path(missing, load, chosen, pair_costs, unit_costs):
        missing[path[0][0]] -= 1
        load[path[-1][1]] += 1
        # A pair that was made before is taken back, the others are made.
        chosen.symmetric_difference_update(path)
    return chosen


def _cheapest_path(
    missing: Mapping[Left, int],
    load: Mapping[Right, int],
    chosen: set[tuple[Left, Right]],
    pair_costs: Mapping[tuple[Left, Right], int],
    unit_costs: Mapping[Right, Sequence[int]],
) -> list[tuple[Left, Right]]:
    """The pairs to make and to take back, alternately, so that one more is served; empty when nobody more can be."""
    left_cost: dict[Left, int] = {one: 0 for one, number in missing.items() if number > 0}
    left_path: dict[Left, list[tuple[Left, Right]]] = {one: [] for one in left_cost}
    right_cost: dict[Right, int] = {}
    right_path: dict[Right, list[tuple[Left, Right]]] = {}
    changed = True
    while changed:
        changed = False
        for pair, cost in pair_costs.items():
            left, right = pair
            if pair not in chosen and left in left_cost:
                total = left_cost[left] + cost
                if total < right_cost.get(right, total + 1):
                    right_cost[right], right_path[right] = total, [*left_path[left], pair]
                    changed = True
            elif pair in chosen and right in right_cost:
                total = right_cost[right] - cost
                if total < left_cost.get(left, total + 1):
                    left_cost[left], left_path[left] = total, [*right_path[right], pair]
                    changed = True
    ends = [
        (cost + unit_costs[right][load[right]], place, right)
        for place, (right, cost) in enumerate(right_cost.items())
        if load[right] < len(unit_costs[right])
    ]
    return right_path[min(ends)[2]] if ends else []

"""What a contact of an institution gets to see: sums of groups that are large enough to hide in, and nothing that gives a
small group away by subtraction (invariant 8).

Three rules together see to it, whatever somebody subtracts from whatever else:

- People join the sums five or more at a time and never leave them (`choose_newcomers`). So every sum that is ever told, of any
  cohort, programme or week, is a sum over whole batches, and so is every difference of two.
- A total is made of the figures that are told, never of what lies under them. It tells nothing new (`tell`).
- A share never says that all did something, or nobody: that would say it of each one. It stops at one less (`Share.told`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from peergang.progress.rules.figures import LOW, percent

SMALLEST = 5
"""Of fewer people than this nothing but their presence is told."""

K = TypeVar("K")
M = TypeVar("M")


class Share(NamedTuple):
    """`part` of `whole`, over the `people` to whom it applies."""

    part: int
    whole: int
    people: int

    @property
    def told(self) -> int:
        """The part that may be known: neither all nor nothing, because that is known of everybody."""
        return max(1, min(self.part, self.whole - 1))


@dataclass(frozen=True, slots=True)
class Percentage:
    """A share as it is shown. `at_least` and `at_most` say that the real one may be higher, or lower."""

    value: int
    at_least: bool = False
    at_most: bool = False

    @property
    def low(self) -> bool:
        """Whether it is marked."""
        return self.value < LOW


MEASURES = ("attendance", "progress", "handed_in", "punctuality")


@dataclass(frozen=True, slots=True)
class Group:
    """What is known of a group of members, before anything is withheld. Stays inside the queries and the rules."""

    people: int
    shares: Mapping[str, Share]
    active: int
    stopped: int


@dataclass(frozen=True, slots=True)
class Told:
    """What may be told of a group. None: too few people to tell. `most_active` is whether at least half of them was active."""

    people: int
    attendance: Percentage | None = None
    progress: Percentage | None = None
    handed_in: Percentage | None = None
    punctuality: Percentage | None = None
    most_active: bool = True
    stopped: int | None = None

    @property
    def low(self) -> Sequence[str]:
        """The measures that stand out because they are low."""
        return [name for name in MEASURES if (one := getattr(self, name)) is not None and one.low]


def choose_newcomers(counted: Mapping[K, Iterable[M]], told: Mapping[K, Iterable[M]]) -> dict[K, set[M]]:
    """Who joins the sums of each group: those who count and are not in them yet, once there are SMALLEST of them."""
    found = {}
    for key, members in counted.items():
        waiting = set(members) - set(told.get(key, ()))
        if len(waiting) >= SMALLEST:
            found[key] = waiting
    return found


def tell(group: Group) -> Told | None:
    """What may be told of one group; None when it is too small."""
    if group.people < SMALLEST:
        return None
    kept = {name: share for name, share in group.shares.items() if share.people >= SMALLEST}
    return Told(
        group.people,
        **{name: _shown(share.told, share.whole, 1) for name, share in kept.items()},
        most_active=2 * group.active >= group.people,
        stopped=group.stopped if SMALLEST <= group.stopped <= group.people - SMALLEST else None,
    )


def tell_together(groups: Iterable[Group]) -> Told | None:
    """The sum of what is told of each of these groups. Whoever has the parts could have made it."""
    large = [group for group in groups if group.people >= SMALLEST]
    if not large:
        return None
    shown: dict[str, Any] = {}
    for name in MEASURES:
        parts = [one for group in large if (one := group.shares.get(name)) and one.people >= SMALLEST]
        if parts:
            shown[name] = _shown(sum(one.told for one in parts), sum(one.whole for one in parts), len(parts))
    stopped = [one.stopped for one in map(tell, large) if one is not None]
    return Told(
        sum(group.people for group in large),
        **shown,
        # Of the people in groups of which most were active, so that the answer follows from what is told of each.
        most_active=2 * sum(group.people for group in large if 2 * group.active >= group.people)
        >= sum(group.people for group in large),
        stopped=sum(one or 0 for one in stopped) if None not in stopped else None,
    )


def _shown(part: int, whole: int, groups: int) -> Percentage:
    """`part` was held off both ends by one for each of `groups`."""
    value = percent(part, whole) or 0
    return Percentage(value, at_least=part >= whole - groups, at_most=part <= groups)

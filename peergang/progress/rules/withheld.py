"""What a contact of an institution gets to see: sums of groups that are large enough to hide in, and nothing that gives a
small group away by subtraction (invariant 8).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from peergang.progress.rules.figures import Figures, add_up

SMALLEST = 5
"""Of fewer people than this nothing but their presence is told."""


@dataclass(frozen=True, slots=True)
class Told:
    """What may be told: the figures of each group (None: too small), and of all that `together` covers.

    `covers_all` says whether the small groups are in `together` as well.
    """

    groups: Sequence[Figures | None]
    together: Figures | None
    covers_all: bool

    @property
    def withheld(self) -> int:
        """How many groups are too small to tell about."""
        return sum(one is None for one in self.groups)


def withhold(cells: Sequence[Any]) -> Told:
    """Decide what may be told about these groups of one institution, each a row with the columns of `Figures`.

    A total from which the told groups can be subtracted must leave a rest of at least two groups and SMALLEST people;
    otherwise the total is of the told groups alone.
    """
    groups = [add_up([cell]) if cell.people >= SMALLEST else None for cell in cells]
    small = [cell for cell, told in zip(cells, groups, strict=True) if told is None]
    rest_hides = not small or (len(small) > 1 and sum(cell.people for cell in small) >= SMALLEST)
    if rest_hides:
        together = add_up(cells) if cells else None
    else:
        told = [one for one in groups if one is not None]
        together = add_up(told) if told else None
    return Told(groups, together, rest_hides)

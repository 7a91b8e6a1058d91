"""What changed between two reports of the same table, in numbers."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One figure, now and in the report before; either may be unknown."""

    key: str
    now: int | None
    before: int | None

    @property
    def moved(self) -> bool:
        """Whether it is another number than it was; a figure that was not there before tells nothing."""
        return self.now is not None and self.before is not None and self.now != self.before

    @property
    def up(self) -> int:
        """How much more it is; negative for less."""
        return (self.now or 0) - (self.before or 0) if self.moved else 0


def compare(now: Mapping[str, int | None], before: Mapping[str, int | None] | None) -> list[Change]:
    """Every figure of now, in its order, beside that of before."""
    return [Change(key, value, (before or {}).get(key)) for key, value in now.items()]

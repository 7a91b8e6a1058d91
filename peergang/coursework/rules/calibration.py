"""Where trainers who judged the same text differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from peergang.coursework.rules import Judgement


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion, with what each trainer made of it, in their order; "" where somebody said nothing."""

    slug: str
    judged: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether those who said something said different things."""
        return len({one for one in self.judged if one}) > 1

    @property
    def silent(self) -> bool:
        """Whether too few said something to compare."""
        return sum(bool(one) for one in self.judged) < 2

    @property
    def far(self) -> bool:
        """Whether one says not yet where another says yes."""
        return {Judgement.NOT_YET, Judgement.YES} <= set(self.judged)


def compare_judgements(criteria: Sequence[str], judgements: Sequence[Mapping[str, str]]) -> list[Line]:
    """A line for each criterion, in their order."""
    return [Line(slug, tuple(one.get(slug, "") for one in judgements)) for slug in criteria]


def count_equal(lines: Sequence[Line]) -> tuple[int, int]:
    """In how many criteria everybody who spoke said the same, out of how many that could be compared."""
    compared = [one for one in lines if not one.silent]
    return sum(not one.differs for one in compared), len(compared)

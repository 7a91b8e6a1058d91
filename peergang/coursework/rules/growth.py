"""How a trainer's judgements on a criterion went over time. Nothing is added up, averaged or compared with others."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from peergang.coursework.rules import Judgement

_KNOWN = frozenset(str(one) for one in Judgement)


@dataclass(frozen=True, slots=True)
class Judged:
    """One criterion in one review that was sent."""

    slug: str
    label: str
    judgement: str
    at: datetime
    reflection_id: UUID
    version: int
    module_code: str
    title: str


@dataclass(slots=True, eq=False)
class Line:
    """A criterion over time: what was judged, the earliest first."""

    label: str
    points: list[Judged] = field(default_factory=list)

    @property
    def modules(self) -> list[str]:
        """The modules it came by in, in that order."""
        return list(dict.fromkeys(one.module_code for one in self.points))


def draw_lines(judged: Iterable[Judged]) -> list[Line]:
    """The judgements by criterion, in the order in which the criteria first came by.

    Modules have criteria of their own. Two are the same when their slug or their label is the same, capitals and spaces
    aside; the last label stands above the line, because it is what its reader met last.
    """
    lines: list[Line] = []
    known: dict[str, Line] = {}
    for one in sorted(judged, key=_when):
        if one.judgement not in _KNOWN:
            continue
        keys = (f"slug {one.slug}", f"label {' '.join(one.label.casefold().split())}")
        found = list({id(known[key]): known[key] for key in keys if key in known}.values())
        line = found[0] if found else Line(one.label)
        if not found:
            lines.append(line)
        for other in found[1:]:
            # This label brings two lines together that went their own way until now.
            line.points += other.points
            lines.remove(other)
            known.update({key: line for key, value in known.items() if value is other})
        known.update(dict.fromkeys(keys, line))
        line.points.append(one)
    for line in lines:
        line.points.sort(key=_when)
        line.label = line.points[-1].label
    return lines


def _when(one: Judged) -> tuple[datetime, int]:
    return one.at, one.version

"""Marks in an answer as it is read: whatever tags it has, each mark stays inside a run of text, so nothing is broken."""

import html
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from peergang.core.prose import Block, Prose

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Marks:
    """What is put into a text: `spans` apart from each other and in order, each run of them between `before` and `after`;
    and `at` a place of the plain text what comes in there, as HTML.
    """

    spans: Sequence[Span] = ()
    before: str = ""
    after: str = ""
    at: Mapping[int, str] = field(default_factory=dict)


NO_MARKS = Marks()


def join_spans(spans: Sequence[Span]) -> list[Span]:
    """The spans with those that touch or overlap made one, in order."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def write_blocks(prose: Prose, marks: Marks = NO_MARKS) -> list[str]:
    """The HTML of every block, with the marks in it."""
    starts = [start for start, _end in marks.spans]
    edges = sorted({*(edge for span in marks.spans for edge in span), *marks.at})
    writer = _Writer(prose.plain, marks, starts, edges)
    return [writer.write(block) for block in prose.blocks]


@dataclass(slots=True)
class _Writer:
    plain: str
    marks: Marks
    starts: list[int]
    edges: list[int]
    put: set[int] = field(default_factory=set)

    def write(self, block: Block) -> str:
        if not self._touches(block):
            return block.html
        out: list[str] = []
        waiting: list[str] = []
        in_link = False
        for part in block.parts:
            if isinstance(part, str):
                out.append(part)
                if part.startswith(("<a ", "</a")):
                    in_link = part.startswith("<a ")
                if not in_link:
                    out += waiting
                    waiting = []
                continue
            self._text(part, out, waiting if in_link else out)
        return "".join(out)

    def _touches(self, block: Block) -> bool:
        place = bisect_left(self.edges, block.start)
        return (place < len(self.edges) and self.edges[place] <= block.end) or self._is_marked(block.start)

    def _text(self, part: Span, out: list[str], links: list[str]) -> None:
        """Write a run of text; what comes in at a place goes to `links`, because a link holds no other link."""
        start, end = part
        if not self.plain[start:end].strip() and "\n" in self.plain[start:end]:
            out.append(self.plain[start:end])  # Between the tags of a list or a quote nothing else may stand.
            return
        inner = self.edges[bisect_right(self.edges, start) : bisect_right(self.edges, end - 1)]
        self._put(start, links)
        for one, next_one in zip([start, *inner], [*inner, end], strict=True):
            words = html.escape(self.plain[one:next_one], quote=False)
            out.append(self.marks.before + words + self.marks.after if self._is_marked(one) else words)
            self._put(next_one, links)

    def _is_marked(self, place: int) -> bool:
        number = bisect_right(self.starts, place) - 1
        return number >= 0 and place < self.marks.spans[number][1]

    def _put(self, place: int, where: list[str]) -> None:
        if place in self.marks.at and place not in self.put:
            self.put.add(place)
            where.append(self.marks.at[place])

"""A version as it is read: its answers as paragraphs, with the comments at their words."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup, escape

from peergang.core.i18n import gettext as _, pick
from peergang.coursework.queries.comments import ShownComment
from peergang.coursework.rules.anchors import Quote, find_anchor
from peergang.coursework.rules.marking import Marks, join_spans, write_blocks
from peergang.coursework.rules.prose import Prose, read_prose

_MARK = '<mark class="pg-mark">', "</mark>"


@dataclass(slots=True)
class Paragraph:
    """One paragraph, list or quote; `number` counts over the whole version, `comments` are the numbers shown under it.

    The only one of an empty answer has no words and the number 0: nothing can be said about it.
    """

    number: int
    html: Markup
    comments: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Section:
    """One question with its answer."""

    number: int
    slug: str
    question: str
    paragraphs: list[Paragraph]


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole version; `comments` by the number they carry on the page."""

    sections: list[Section]
    comments: dict[int, ShownComment] = field(default_factory=dict)

    def numbers(self) -> list[int]:
        """The numbers of all paragraphs."""
        return [one.number for section in self.sections for one in section.paragraphs if one.number]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A comment with where its words stand; None when it is about the whole answer."""

    comment: ShownComment
    span: tuple[int, int] | None


def make_reading(
    prompts: Sequence[Mapping[str, Any]],
    answers: Mapping[str, str],
    comments: Sequence[ShownComment] = (),
    *,
    read: Callable[[str], Prose] = read_prose,
) -> Reading:
    """The version for the page. Comments are numbered in the order in which a reader meets them."""
    sections: list[Section] = []
    numbered: dict[int, ShownComment] = {}
    first = 1
    for position, prompt in enumerate(prompts, start=1):
        prose = read(answers.get(prompt["slug"], ""))
        placed = _place(prose, [one for one in comments if one.prompt == prompt["slug"]])
        here = dict(enumerate(placed, start=len(numbered) + 1))
        numbered |= {number: one.comment for number, one in here.items()}
        paragraphs = _paragraphs(prose, here, first)
        first += len(prose.blocks)
        sections.append(Section(position, prompt["slug"], question_of(prompt), paragraphs))
    return Reading(sections, numbered)


def question_of(prompt: Mapping[str, Any]) -> str:
    """A question in the reader's language, as far as it was written in it."""
    return pick(prompt["question"], prompt.get("question_en", ""))


def _place(prose: Prose, comments: Sequence[ShownComment]) -> list[_Placed]:
    placed = [_Placed(one, find_anchor(prose, Quote(one.quote, one.prefix, one.suffix))) for one in comments]
    return sorted(placed, key=lambda one: one.span[1] if one.span else len(prose.plain) + 1)


def _paragraphs(prose: Prose, placed: Mapping[int, _Placed], first: int) -> list[Paragraph]:
    if not prose.blocks:
        return [Paragraph(0, Markup(""), list(placed))]
    spans = [one.span for one in placed.values() if one.span]
    at: dict[int, str] = {}
    for number, one in placed.items():
        if one.span:
            at[one.span[1]] = at.get(one.span[1], "") + _reference(number)
    written = write_blocks(prose, Marks(join_spans(spans), *_MARK, at))
    # Every tag of it comes out of the lock in rules/prose.py, and every word was escaped.
    result = [Paragraph(first + place, Markup(html)) for place, html in enumerate(written)]  # noqa: S704
    ends = [block.end for block in prose.blocks]
    for number, one in placed.items():
        place = bisect_left(ends, one.span[1]) if one.span else len(result) - 1
        result[place].comments.append(number)
    return result


def _reference(number: int) -> str:
    label = escape(_("Opmerking"))
    return f'<a class="pg-ref" href="#c{number}" aria-label="{label} {number}">{number}</a>'

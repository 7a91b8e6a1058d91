"""A version as it is read: its answers as paragraphs, with the comments at their words."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from peergang.core.i18n import gettext as _, pick
from peergang.core.prose import Prose, read_prose
from peergang.coursework.queries.comments import ShownComment
from peergang.coursework.rules.anchors import Quote, find_anchor
from peergang.coursework.rules.marking import Marks, join_spans, write_blocks
from peergang.web.i18n import pick_marked

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


def make_reading(
    prompts: Sequence[Mapping[str, Any]],
    answers: Mapping[str, str],
    comments: Sequence[ShownComment] = (),
    *,
    read: Callable[[str], Prose] = read_prose,
) -> Reading:
    """The version for the page. Comments are numbered in the order in which a reader meets them."""
    # What is still being written is not remembered.
    mark = mark_answer if read is read_prose else mark_answer.__wrapped__
    sections: list[Section] = []
    numbered: dict[int, ShownComment] = {}
    by_prompt: dict[str, list[ShownComment]] = {}
    for one in comments:
        by_prompt.setdefault(one.prompt, []).append(one)
    first = 1
    for position, prompt in enumerate(prompts, start=1):
        text = answers.get(prompt["slug"], "")
        here = by_prompt.get(prompt["slug"], [])
        quotes = tuple([(one.quote, one.prefix, one.suffix) for one in here])
        written = mark(text, quotes, len(numbered) + 1, _("Opmerking"), read)
        for index in written.order:
            numbered[len(numbered) + 1] = here[index]
        paragraphs = _paragraphs(written, first) or [
            Paragraph(0, Markup(""), list(numbered)[len(numbered) - len(here) :])
        ]
        first += len(written.html)
        sections.append(Section(position, prompt["slug"], shown_question(prompt), paragraphs))
    return Reading(sections, numbered)


def _paragraphs(written: "Marked", first: int) -> list[Paragraph]:
    blocks = zip(written.html, written.under, strict=True)
    return [Paragraph(number, html, list(under)) for number, (html, under) in enumerate(blocks, start=first)]


def question_of(prompt: Mapping[str, Any]) -> str:
    """A question in the reader's language, as far as it was written in it."""
    return pick(prompt["question"], prompt.get("question_en", ""))


def shown_question(prompt: Mapping[str, Any]) -> str:
    """The same for a page, which says of Dutch that it is."""
    return pick_marked(prompt["question"], prompt.get("question_en", ""))


@dataclass(frozen=True, slots=True)
class Marked:
    """An answer with its comments: `order` is that in which a reader meets them, as places in what was given; `html` has
    its blocks, and `under` the numbers of the comments below each of them.
    """

    order: tuple[int, ...]
    html: tuple[Markup, ...]
    under: tuple[tuple[int, ...], ...]


@lru_cache(maxsize=128)
def mark_answer(
    text: str,
    quotes: tuple[tuple[str, str, str], ...],
    first: int,
    label: str,
    read: Callable[[str], Prose] = read_prose,
) -> Marked:
    """The answer `text` with marks at `quotes` (the parts of a Quote), numbered from `first`. It never changes, so it is
    remembered, by its words.
    """
    prose = read(text)
    spans = [find_anchor(prose, Quote(*quote)) for quote in quotes]
    # What is about the whole answer, or stands in it no more, comes last.
    ends = [span[1] if span else len(prose.plain) + 1 for span in spans]
    order = tuple(sorted(range(len(quotes)), key=lambda index: ends[index]))
    if not prose.blocks:
        return Marked(order, (), ())
    at: dict[int, str] = {}
    under: list[list[int]] = [[] for _block in prose.blocks]
    borders = [block.end for block in prose.blocks]
    for number, index in enumerate(order, start=first):
        if spans[index]:
            at[ends[index]] = at.get(ends[index], "") + _reference(number, label)
        under[min(bisect_left(borders, ends[index]), len(under) - 1)].append(number)
    written = write_blocks(prose, Marks(join_spans([span for span in spans if span]), *_MARK, at))
    # Every tag of it comes out of the lock in core/prose.py, and every word was escaped.
    return Marked(order, tuple(Markup(one) for one in written), tuple(map(tuple, under)))  # noqa: S704


def _reference(number: int, label: str) -> str:
    return f'<a class="pg-ref" href="#c{number}" aria-label="{escape(label)} {number}">{number}</a>'

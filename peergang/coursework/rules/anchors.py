"""Where a comment belongs in a text: finding the quoted words again, and cutting the text at them.

Anchors are TextQuoteSelectors (W3C Web Annotation): the quoted words with what stands before and after them. Because a
version never changes, the quote is always there; prefix and suffix say which one when the words occur twice.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

CONTEXT = 32
"""Characters kept before and after a quote."""

_PARAGRAPH = re.compile(r"[^\n]*\S[^\n]*")


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of an answer with their surroundings; an empty `exact` means the whole answer."""

    exact: str = ""
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, marked when comments are about it; `ends` are the numbers of the comments that end here."""

    text: str
    marked: bool
    ends: tuple[int, ...] = ()


@dataclass(slots=True)
class Paragraph:
    """One paragraph of an answer; `number` counts over the whole version, `comments` are the numbers shown under it."""

    number: int
    text: str
    pieces: list[Piece] = field(default_factory=list)
    comments: list[int] = field(default_factory=list)


def paragraph_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of every paragraph: each line with words on it."""
    return [match.span() for match in _PARAGRAPH.finditer(text)]


def _pattern(words: str) -> str:
    return r"\s+".join(re.escape(word) for word in words.split())


def find_quote(text: str, quote: Quote) -> tuple[int, int] | None:
    """Where the quoted words stand in `text`; of several places the one with the best fitting surroundings.

    White space may differ, because a browser gives a selection back with its own. None when the words are not there
    or there are none.
    """
    if not quote.exact.split():
        return None
    spans = [match.span() for match in re.finditer(_pattern(quote.exact), text)]
    if not spans:
        return None
    return max(spans, key=lambda span: _fit(text, span, quote))


def _fit(text: str, span: tuple[int, int], quote: Quote) -> int:
    before = " ".join(text[max(0, span[0] - 2 * CONTEXT) : span[0]].split())
    after = " ".join(text[span[1] : span[1] + 2 * CONTEXT].split())
    return _common(before[::-1], " ".join(quote.prefix.split())[::-1]) + _common(
        after, " ".join(quote.suffix.split())
    )


def _common(one: str, other: str) -> int:
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return length


def make_quote(text: str, start: int, end: int) -> Quote:
    """The anchor of `text[start:end]`."""
    return Quote(text[start:end], text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT])


def locate_paragraph(answers: Sequence[tuple[str, str]], number: int) -> tuple[str, Quote] | None:
    """The slug and the anchor of paragraph `number` of a version, given its answers in order; None when there is none.

    An answer of one paragraph is quoted as a whole: an empty quote.
    """
    seen = 0
    for slug, text in answers:
        spans = paragraph_spans(text)
        if number <= seen + len(spans) and number > seen:
            return slug, Quote() if len(spans) == 1 else make_quote(text, *spans[number - seen - 1])
        seen += len(spans)
    return None


def cut(text: str, quotes: Mapping[int, Quote], first: int) -> list[Paragraph]:
    """The paragraphs of one answer, cut at the comments on it.

    `quotes` are the comments by their number on the page; `first` is the number of the first paragraph. A comment on the
    whole answer stands under the last paragraph and marks no words.
    """
    found = {number: find_quote(text, quote) for number, quote in quotes.items()}
    marks = {number: span for number, span in found.items() if span}
    spans = paragraph_spans(text) or [(0, len(text))]
    result = []
    for offset, (start, end) in enumerate(spans):
        paragraph = Paragraph(first + offset, text[start:end])
        last = offset == len(spans) - 1
        ending = {n: span for n, span in marks.items() if start < span[1] <= end}
        paragraph.pieces = _pieces(text, start, end, marks, ending)
        paragraph.comments = sorted([*ending, *(n for n in found if last and found[n] is None)])
        result.append(paragraph)
    return result


def _pieces(
    text: str,
    start: int,
    end: int,
    marks: Mapping[int, tuple[int, int]],
    ending: Mapping[int, tuple[int, int]],
) -> list[Piece]:
    here = {n: (max(a, start), min(b, end)) for n, (a, b) in marks.items() if a < end and b > start}
    cuts = sorted({start, end, *(edge for span in here.values() for edge in span)})
    pieces = []
    for a, b in pairwise(cuts):
        marked = any(span[0] <= a and b <= span[1] for span in here.values())
        ends = tuple(sorted(n for n, span in ending.items() if span[1] == b))
        pieces.append(Piece(text[a:b], marked, ends))
    return pieces

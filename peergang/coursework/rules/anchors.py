"""Where a comment belongs in a text: finding the quoted words again, and cutting the text at them.

Anchors are TextQuoteSelectors (W3C Web Annotation): the quoted words with what stands before and after them. Because a
version never changes, the quote is always there; prefix and suffix say which one when the words occur twice.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

CONTEXT = 32
"""Characters kept before and after a quote."""

MAX_QUOTE = 10_000
"""Characters in a quote, and in what is sent as its surroundings: some pages of text."""

MAX_PLACES = 1000
"""Places weighed when words occur often and their surroundings are not in the text; more would only cost time."""

_WORD = re.compile(r"\S+")
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


def is_too_long(quote: Quote) -> bool:
    """Whether no page of ours can have made this quote."""
    return max(len(quote.exact), len(quote.prefix), len(quote.suffix)) > MAX_QUOTE


def find_quote(text: str, quote: Quote) -> tuple[int, int] | None:
    """Where the quoted words stand in `text`; of several places the one with the best fitting surroundings.

    White space may differ, because a browser gives a selection back with its own. None when the words are not there,
    there are none, or the quote is too long. Nothing is compiled from what was sent, so the time is bounded.
    """
    words = " ".join(quote.exact.split()) if not is_too_long(quote) else ""
    if not words or len(words) > len(text):
        return None
    return _find_as_made(text, quote) or _find_anyhow(text, quote, words)


def _find_as_made(text: str, quote: Quote) -> tuple[int, int] | None:
    """The place when the whole anchor stands in the text character by character, as every stored one does."""
    at = text.find(quote.prefix + quote.exact + quote.suffix)
    if at < 0:
        return None
    end = at + len(quote.prefix) + len(quote.exact.rstrip())
    return at + len(quote.prefix) + len(quote.exact) - len(quote.exact.lstrip()), end


def _find_anyhow(text: str, quote: Quote, words: str) -> tuple[int, int] | None:
    flat = _Flat(text)
    head = quote.prefix + quote.exact[: len(quote.exact) - len(quote.exact.lstrip())]
    before = " ".join(head.split())
    offset = len(before) + (1 if before and head[-1].isspace() else 0)
    at = flat.text.find(" ".join((quote.prefix + quote.exact + quote.suffix).split()))
    if at >= 0:
        return flat.span(at + offset, len(words))
    places: list[tuple[int, int]] = []
    at = flat.text.find(words)
    while at >= 0 and len(places) < MAX_PLACES:
        places.append(flat.span(at, len(words)))
        at = flat.text.find(words, at + len(words))
    near = Quote(quote.exact, quote.prefix[-4 * CONTEXT :], quote.suffix[: 4 * CONTEXT])
    return max(places, key=lambda span: _fit(text, span, near), default=None)


class _Flat:
    """A text with single spaces for all white space, that knows where its characters stood."""

    def __init__(self, text: str) -> None:
        self._stood = [match.start() for match in _WORD.finditer(text)]
        found = text.split()
        self.text = " ".join(found)
        self._stands = list(accumulate((len(word) + 1 for word in found[:-1]), initial=0))

    def span(self, at: int, length: int) -> tuple[int, int]:
        """Where the `length` characters from `at` stood, of which the first and the last are no space."""
        return self._where(at), self._where(at + length - 1) + 1

    def _where(self, at: int) -> int:
        word = bisect_right(self._stands, at) - 1
        return self._stood[word] + at - self._stands[word]


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

    An answer of one paragraph is quoted as a whole: an empty quote. Of a paragraph that is too long, the beginning is.
    """
    seen = 0
    for slug, text in answers:
        spans = paragraph_spans(text)
        if number <= seen + len(spans) and number > seen:
            start, end = spans[number - seen - 1]
            whole = len(spans) == 1
            return slug, Quote() if whole else make_quote(text, start, min(end, start + MAX_QUOTE))
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

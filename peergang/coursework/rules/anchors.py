"""Where a comment belongs in a text: finding the quoted words again.

Anchors are TextQuoteSelectors (W3C Web Annotation): the quoted words with what stands before and after them, in the plain
text that a reader sees. Because a version never changes, the quote is always there; prefix and suffix say which one when the
words occur twice. Every anchor belongs to one version and is never looked up in another.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from peergang.core.prose import Block, Prose, parse_prose, read_prose

CONTEXT = 32
"""Characters kept before and after a quote."""

MAX_QUOTE = 10_000
"""Characters in a quote, and in what is sent as its surroundings: some pages of text."""

MAX_PLACES = 1000
"""Places weighed when words occur often and their surroundings are not in the text; more would only cost time."""

_WORD = re.compile(r"\S+")
_SIGNS = re.compile(r"[*_>\\[\]-]|\d[.)]")


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of an answer with their surroundings; an empty `exact` means the whole answer."""

    exact: str = ""
    prefix: str = ""
    suffix: str = ""


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
    flat = _flatten(text)
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


@lru_cache(maxsize=32)
def _flatten(text: str) -> _Flat:
    return _Flat(text)


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


def find_anchor(prose: Prose, quote: Quote) -> tuple[int, int] | None:
    """Where an anchor stands in an answer; also one that was made on the text as it was typed, marks and all."""
    found = find_quote(prose.plain, quote)
    if found or is_too_long(quote) or not _SIGNS.search(quote.exact):
        return found
    return find_quote(
        prose.plain, Quote(*(parse_prose(one).plain for one in (quote.exact, quote.prefix, quote.suffix)))
    )


def make_anchor(answer: str, quote: Quote) -> Quote | None:
    """The anchor to keep for words that a reader selected in `answer`; None when they are not in it."""
    if not quote.exact.strip():
        return Quote()
    prose = read_prose(answer)
    span = find_anchor(prose, quote)
    return make_quote(prose.plain, *span) if span else None


def locate_paragraph(answers: Sequence[tuple[str, str]], number: int) -> tuple[str, Quote] | None:
    """The slug and the anchor of paragraph `number` of a version, given its answers in order; None when there is none.

    An answer of one paragraph is quoted as a whole: an empty quote. Of a paragraph that is too long, the beginning is.
    """
    seen = 0
    for slug, text in answers:
        prose = read_prose(text)
        if seen < number <= seen + len(prose.blocks):
            block = prose.blocks[number - seen - 1]
            return slug, Quote() if len(prose.blocks) == 1 else _quote_block(prose.plain, block)
        seen += len(prose.blocks)
    return None


def _quote_block(text: str, block: Block) -> Quote:
    words = text[block.start : block.end]
    start, end = block.end - len(words.lstrip()), block.start + len(words.rstrip())
    return make_quote(text, start, min(end, start + MAX_QUOTE)) if start < end else Quote()

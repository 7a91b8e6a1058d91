"""What an author typed, as a reader meets it: a little Markdown as clean HTML, and the plain text of that HTML.

Paragraphs with their line breaks, lists, quotes, links, bold and italic; anything else shows as it was typed. The plain text
is letter for letter what a browser gives back as `textContent`, so words that were selected there are found in it.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import nh3

from peergang.core.markdown import parse_markdown, write_html

BETWEEN = "\n\n"
"""What stands between two blocks in the plain text."""

_TAG = re.compile(r'(<(?:[^">]|"[^"]*")*>)')
_ALLOWED = {"p", "br", "ul", "ol", "li", "strong", "em", "blockquote", "a"}
_ATTRIBUTES = {"a": {"href", "data-host"}, "ol": {"start"}}

Part = str | tuple[int, int]
"""A tag as it is written, or where a run of text stands in the plain text."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a list or a quote of the outermost level, from `start` to `end` of the plain text."""

    start: int
    end: int
    parts: tuple[Part, ...]
    html: str


@dataclass(frozen=True, slots=True)
class Prose:
    """An answer that was read."""

    plain: str
    blocks: tuple[Block, ...]


def read_prose(text: str) -> Prose:
    """The answer `text` as a reader meets it. Versions never change, so what was read once is remembered."""
    return _remembered(text)


@lru_cache(maxsize=256)
def _remembered(text: str) -> Prose:
    return parse_prose(text)


def parse_prose(text: str) -> Prose:
    """The same without remembering it, for what is still being written."""
    return _take_apart(_lock(write_html(parse_markdown(text))))


def _lock(written: str) -> str:
    """What leaves is put together from what this lets through, whatever the parser may overlook."""
    return nh3.clean(
        written,
        tags=_ALLOWED,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )


def _take_apart(clean: str) -> Prose:
    """The blocks of HTML that has nothing but allowed tags, each of them closed."""
    plain: list[str] = []
    blocks: list[Block] = []
    at = 0
    for pieces in _outermost(clean):
        if blocks:
            plain.append(BETWEEN)
            at += len(BETWEEN)
        start, parts = at, list[Part]()
        for piece in pieces:
            if piece.startswith("<"):
                parts.append(piece)
                continue
            words = html.unescape(piece)
            plain.append(words)
            parts.append((at, at + len(words)))
            at += len(words)
        blocks.append(Block(start, at, tuple(parts), "".join(pieces)))
    return Prose("".join(plain), tuple(blocks))


def _outermost(clean: str) -> Iterator[list[str]]:
    """The tags and texts of every element that stands in no other."""
    depth, pieces = 0, list[str]()
    for piece in filter(None, _TAG.split(clean)):
        if piece.startswith("<"):
            depth += 0 if piece.startswith("<br") else -1 if piece.startswith("</") else 1
        elif not pieces:
            continue  # White space between two blocks.
        pieces.append(piece)
        if depth == 0:
            yield pieces
            pieces = []

"""What an author typed, as a reader meets it: a little Markdown as clean HTML, and the plain text of that HTML.

Paragraphs with their line breaks, lists, quotes, links, bold and italic; anything else shows as it was typed. The plain text
is letter for letter what a browser gives back as `textContent`, so words that were selected there are found in it.
"""

import html
import re
from dataclasses import dataclass
from functools import lru_cache

import nh3

from peergang.coursework.rules.markdown import MAX_NESTING, markdown

BETWEEN = "\n\n"
"""What stands between two blocks in the plain text."""

_TAG = re.compile(r'(<(?:[^">]|"[^"]*")*>)')
_LINE_END = re.compile(r"\n[^\S\n]*\n\s*")
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
    return _take_apart(_lock(_write(text)))


def _lock(written: str) -> str:
    """What leaves is put together from what this lets through, whatever the parser may overlook."""
    return nh3.clean(
        written,
        tags=_ALLOWED,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow",
    )


def _write(text: str) -> str:
    tokens = markdown.parse(text)
    # Deeper than this the parser would drop words, and nobody means such a text as Markdown.
    if max((token.level for token in tokens), default=0) >= MAX_NESTING - 1:
        return _as_typed(text)
    written: str = markdown.renderer.render(tokens, markdown.options, {})
    return written


def _as_typed(text: str) -> str:
    paragraphs = [one for one in _LINE_END.split(text) if one.strip()]
    return "\n".join(
        f"<p>{html.escape(one.strip(), quote=False).replace(chr(10), '<br>' + chr(10))}</p>"
        for one in paragraphs
    )


def _take_apart(clean: str) -> Prose:
    """The blocks of HTML that has nothing but allowed tags, each of them closed."""
    plain: list[str] = []
    blocks: list[Block] = []
    parts: list[Part] = []
    at = start = depth = 0
    for piece in _TAG.split(clean):
        if not piece or (depth == 0 and not piece.startswith("<")):
            continue  # White space between two blocks.
        if not piece.startswith("<"):
            words = html.unescape(piece)
            plain.append(words)
            parts.append((at, at + len(words)))
            at += len(words)
            continue
        if depth == 0 and blocks:
            plain.append(BETWEEN)
            at = start = at + len(BETWEEN)
        parts.append(piece)
        depth += 0 if piece.startswith("<br") else -1 if piece.startswith("</") else 1
        if depth == 0:
            blocks.append(Block(start, at, tuple(parts)))
            parts = []
    return Prose("".join(plain), tuple(blocks))

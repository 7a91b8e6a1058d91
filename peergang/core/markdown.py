"""The Markdown of what people write: what is taken as a mark, and what stays as it was typed."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

_MAX_NESTING = 20

_LINK = re.compile(r"https?://[^\s/?#]|mailto:\S", re.IGNORECASE)
_BARE = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]'*_]", re.IGNORECASE)
_DIVIDER = re.compile(r"[ \t]*([-*_])(?:[ \t]*\1){2,}[ \t]*")


class _Markdown(MarkdownIt):
    """Only addresses that a reader can go to are links."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 the name that the library calls
        return bool(_LINK.match(url))


def _divider(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """A line of dashes or stars is what somebody drew, not a list of nothing."""
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    if not _DIVIDER.fullmatch(line):
        return False
    if not silent:
        state.line = start + 1
        state.push("paragraph_open", "p", 1)
        inline = state.push("inline", "", 0)
        inline.content = "".join(f"\\{sign}" if sign in "-*_" else sign for sign in line.strip())
        inline.children = []
        state.push("paragraph_close", "p", -1)
    return True


def _no_image(state: StateInline, silent: bool) -> bool:
    """The marks of an image stay letters."""
    if state.src[state.pos : state.pos + 2] != "![":
        return False
    if not silent:
        state.pending += "!["
    state.pos += 2
    return True


def _links(state: StateCore) -> None:
    """Let a bare address be a link, and name the host of every link whose words do not."""
    for token in state.tokens:
        if token.type != "inline" or not token.children:
            continue
        if "://" in token.content:
            token.children = list(_with_bare(token.children))
        _name_hosts(token.children)


def _with_bare(children: list[Token]) -> Iterator[Token]:
    within = 0
    for child in children:
        within += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        if child.type != "text" or within:
            yield child
            continue
        at = 0
        for found in _BARE.finditer(child.content):
            if not _LINK.match(found[0]):
                continue
            yield _text(child, child.content[at : found.start()])
            yield Token("link_open", "a", 1, attrs={"href": found[0]}, level=child.level)
            yield _text(child, found[0])
            yield Token("link_close", "a", -1, level=child.level)
            at = found.end()
        yield _text(child, child.content[at:])


def _text(like: Token, content: str) -> Token:
    return Token("text", "", 0, content=content, level=like.level)


def _name_hosts(children: list[Token]) -> None:
    for number, child in enumerate(children):
        if child.type != "link_open":
            continue
        words = ""
        for later in children[number + 1 :]:
            if later.type == "link_close":
                break
            words += later.content
        host = _host(str(child.attrs.get("href", "")))
        if host and host.casefold() not in words.casefold():
            child.attrs["data-host"] = host


def _host(address: str) -> str:
    try:
        parts = urlsplit(address)
        return parts.path.partition("?")[0] if parts.scheme == "mailto" else parts.hostname or ""
    except ValueError:
        return ""


def _make() -> MarkdownIt:
    made = _Markdown("zero", _OPTIONS)
    made.enable(["list", "blockquote", "link", "emphasis", "newline", "escape"])
    made.block.ruler.before("list", "divider", _divider, {"alt": ["paragraph", "blockquote", "list"]})
    made.inline.ruler.before("link", "no_image", _no_image)
    made.core.ruler.push("links", _links)
    return made


_OPTIONS = {"breaks": True, "maxNesting": _MAX_NESTING}
# Neither keeps anything between two texts, so threads share them.
markdown = _make()
_as_typed = _Markdown("zero", _OPTIONS).enable(["newline"])


def parse_markdown(text: str) -> list[Token]:
    """The tokens of an answer. A text that is nested deeper than anybody means is taken as it was typed: the parser would
    drop words of it.
    """
    tokens = markdown.parse(text)
    if max((token.level for token in tokens), default=0) >= _MAX_NESTING - 1:
        return _as_typed.parse(text)
    return tokens


def write_html(tokens: list[Token]) -> str:
    """The tokens as HTML."""
    written: str = markdown.renderer.render(tokens, markdown.options, {})
    return written

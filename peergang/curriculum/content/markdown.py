"""Markdown to clean HTML, with Dutch typography. Done once at the load, so a page only prints it."""

import re
from typing import Any

import nh3
from markdown_it import MarkdownIt

# Notes of meetings are written in it too. An address that is given once and meant a thousand times (a reference) would make
# seventeen megabytes of a page of notes, at every look at the meeting; the content writes its addresses where they belong.
_markdown = (
    MarkdownIt("commonmark", {"typographer": True, "quotes": "‘’‘’"})
    .enable(["smartquotes", "replacements"])
    .disable("reference")
)
_ALLOWED = {"p", "h3", "h4", "ul", "ol", "li", "strong", "em", "blockquote", "a", "br", "code", "hr"}
_I_COACH = re.compile(r"\b([Ii])-coach")


def plain(text: str) -> str:
    """A line of text with a real apostrophe, and with an i‑coach that does not break over two lines."""
    return _I_COACH.sub(
        "\\1\N{NON-BREAKING HYPHEN}coach", text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")
    )


def typographic(value: Any) -> Any:
    """`value` with every text in it as `plain` writes it; keys, slugs and codes hold no apostrophes and stay the same."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {key: item if key == "slug" else typographic(item) for key, item in value.items()}
    return [typographic(item) for item in value] if isinstance(value, list) else value


def render(text: str) -> str:
    """HTML of `text` that holds nothing but plain text marks; headings start at the third level,
    below those of the section they stand in.
    """
    html: str = _markdown.render(text)
    for high, low in (("h3", "h4"), ("h2", "h3"), ("h1", "h3")):
        html = html.replace(f"<{high}>", f"<{low}>").replace(f"</{high}>", f"</{low}>")
    clean = nh3.clean(html, tags=_ALLOWED, attributes={"a": {"href"}}, url_schemes={"https", "mailto"})
    return _I_COACH.sub("\\1\N{NON-BREAKING HYPHEN}coach", clean).strip()

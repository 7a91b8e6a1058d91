"""What people write in a conversation: paragraphs, lists, quotes, links and emphasis, as HTML that holds nothing else."""

import nh3
from markdown_it import MarkdownIt

# Headings and lines across the page would shout between the parts of a page; they stay the signs that were typed.
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["heading", "lheading", "hr", "image", "html_block", "html_inline", "reference", "code"]
)
_TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "blockquote", "a", "code", "pre"}


def render(text: str) -> str:
    """HTML of `text`; links leave for https, http and mail alone, and tell nobody where their reader came from."""
    return nh3.clean(
        _markdown.render(text),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https", "http", "mailto"},
        link_rel="nofollow noreferrer",
    ).strip()


def clean_body(text: str) -> str:
    """What was written, with one kind of line end and nothing around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()

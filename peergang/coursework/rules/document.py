"""A document of somebody's work as plain data: for the paper (core/pdf.py) and as a Markdown file.

What an author typed is cut up as on the site (markdown.py), so every sign that is no mark stays the sign it is.
"""

import re
from collections.abc import Iterator
from typing import Any

from markdown_it.tree import SyntaxTreeNode

from peergang.core.markdown import parse_markdown

Block = dict[str, Any]
"""A piece of a document: `kind` and what belongs to it, as core/paper/document.typ reads it."""


def blocks_of(text: str) -> list[Block]:
    """The paragraphs, lists and quotes of `text`."""
    return list(_blocks(SyntaxTreeNode(parse_markdown(text.replace("\0", ""))).children))


def _blocks(nodes: list[SyntaxTreeNode]) -> Iterator[Block]:
    for node in nodes:
        if node.type == "paragraph":
            yield {"kind": "paragraph", "parts": _parts(node.children[0].children)}
        elif node.type == "blockquote":
            yield {"kind": "quote", "blocks": list(_blocks(node.children))}
        elif node.type == "bullet_list":
            yield {"kind": "bullets", "items": _items(node)}
        elif node.type == "ordered_list":
            yield {"kind": "numbers", "start": int(node.attrs.get("start", 1)), "items": _items(node)}


def _items(node: SyntaxTreeNode) -> list[list[Block]]:
    return [list(_blocks(item.children)) for item in node.children]


def _parts(nodes: list[SyntaxTreeNode]) -> list[Block]:
    """The pieces of a line. Who presses Enter once expects a new line, so it is one."""
    found: list[Block] = []
    for node in nodes:
        if node.type in ("softbreak", "hardbreak"):
            found.append({"kind": "break"})
        elif node.type in ("strong", "em"):
            kind = "strong" if node.type == "strong" else "emphasis"
            found.append({"kind": kind, "parts": _parts(node.children)})
        elif node.type == "link":
            parts = _parts(node.children)
            # A link without words would be a link that nobody can hear.
            found += [{"kind": "link", "url": str(node.attrs["href"]), "parts": parts}] if parts else []
        elif node.content:
            found.append({"kind": "text", "text": node.content})
    return found


def plain_blocks(text: str) -> list[Block]:
    """The lines of a text in which no sign has a meaning, as paragraphs."""
    paragraphs = [part.strip() for part in text.replace("\r\n", "\n").split("\n\n")]
    return [paragraph(part) for part in paragraphs if part]


def paragraph(text: str) -> Block:
    """One paragraph of plain text; a new line in it stays one."""
    parts: list[Block] = []
    for number, line in enumerate(text.split("\n")):
        parts += [{"kind": "break"}] if number else []
        parts += [{"kind": "text", "text": line}] if line else []
    return {"kind": "paragraph", "parts": parts}


def plain_text(text: str) -> str:
    """The words of `text` without its marks: a paragraph, an item or a quote a line, with a blank line between parts."""
    return "\n\n".join(_plain_block(one) for one in blocks_of(text)).strip()


def _plain_block(block: Block) -> str:
    if block["kind"] == "paragraph":
        return "".join(_plain_part(one) for one in block["parts"])
    if block["kind"] == "quote":
        return "\n".join(_plain_block(one) for one in block["blocks"])
    return "\n".join(" ".join(_plain_block(one) for one in item) for item in block["items"])


def _plain_part(part: Block) -> str:
    if part["kind"] == "break":
        return "\n"
    return str(part["text"]) if part["kind"] == "text" else "".join(_plain_part(one) for one in part["parts"])


_LEADING = re.compile(r"^(\d+(?=[.)])|(?=[-=]))")
_SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]<>#+|~$"})


def escaped(text: str) -> str:
    """One line of plain text for a Markdown file, in which no sign has a meaning."""
    return _LEADING.sub(r"\1\\", " ".join(text.split()).translate(_SPECIAL))


def to_markdown(blocks: list[Block]) -> str:
    """A document's blocks as Markdown, for the file. What somebody wrote (kind "written") goes in as they typed it."""
    return "\n\n".join(_as_markdown(one) for one in blocks) + "\n"


def _as_markdown(one: Block) -> str:
    kind = one["kind"]
    if kind == "heading":
        return f"{'#' * (one['level'] + 1)} {escaped(one['text'])}"
    if kind == "written":
        return str(one["text"]).replace("\r\n", "\n").strip()
    if kind == "small":
        return f"*{escaped(one['text'])}*"
    if kind in ("aside", "quote"):
        inside = to_markdown(one["blocks"]).rstrip()
        return "\n".join(f"> {line}".rstrip() for line in inside.split("\n"))
    if kind == "table":
        return _table(one["head"], one["rows"])
    lines = "".join(_plain_part(part) for part in one["parts"]).split("\n")
    return "  \n".join(escaped(line) for line in lines)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        f"| {' | '.join(cell if cell == '---' else escaped(cell) for cell in line)} |" for line in lines
    )


def for_paper(blocks: list[Block]) -> list[Block]:
    """The same blocks with what was written cut into its paragraphs, lists and quotes."""
    found: list[Block] = []
    for one in blocks:
        if one["kind"] == "written":
            found.extend(blocks_of(one["text"]))
        elif one["kind"] == "aside":
            found.append({**one, "blocks": for_paper(one["blocks"])})
        else:
            found.append(one)
    return found

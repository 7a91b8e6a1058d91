"""One file: a YAML header between two lines of ---, then Markdown; with the line of every key."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """Something wrong in a content file, with what to do about it."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class BrokenFile(Exception):
    """The file cannot be read at all."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line
        self.text = text


@dataclass(frozen=True, slots=True)
class Document:
    """A content file that was read: its header as plain data, the line of every key, and its body."""

    path: Path
    header: dict[str, Any]
    lines: dict[tuple[str | int, ...], int]
    body: str
    body_line: int

    def line_of(self, location: Iterable[str | int]) -> int:
        """The line of the key at `location`, or of the nearest key around it."""
        path = tuple(location)
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 2)

    def mistakes(self, error: ValidationError, name: str) -> list[Mistake]:
        """The mistakes that a typed model found, in words with a remedy."""
        return [
            Mistake(name, self.line_of(_without_tags(one["loc"], self.lines)), _remedy(dict(one)))
            for one in error.errors()
        ]


def read_document(path: Path) -> Document:
    """Read `path`.

    Raises:
        BrokenFile: when it is no UTF-8, has no header, or the header is no YAML mapping.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BrokenFile(1, "is not UTF-8; save the file in that encoding") from error
    parts = text.replace("\r\n", "\n").split("---\n", 2)
    if len(parts) < 3 or parts[0].strip():
        raise BrokenFile(1, "has no header; begin the file with --- and end the header with ---")
    header, body = parts[1], parts[2]
    try:
        node = yaml.compose(header, Loader=yaml.SafeLoader)
        data = yaml.safe_load(header)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = (mark.line if mark else 0) + 2
        raise BrokenFile(
            line, f"is no YAML here ({getattr(error, 'problem', error)}); check quotes and indents"
        ) from error
    if not isinstance(data, dict) or node is None:
        raise BrokenFile(2, "has a header without keys; write lines such as `slug: …`")
    lines: dict[tuple[str | int, ...], int] = {}
    _index(node, (), lines)
    return Document(path, data, lines, body.strip(), header.count("\n") + 3)


def validate(model: type[M], document: Document) -> M:
    """The header as `model`. Raises pydantic's ValidationError."""
    return model.model_validate(document.header)


def _index(node: yaml.Node, path: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int]) -> None:
    """Note the line of every key and item; the header starts on line 2 of the file."""
    lines.setdefault(path, node.start_mark.line + 2)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            if here in lines:
                raise BrokenFile(key.start_mark.line + 2, f"has the key {key.value!r} twice; remove one")
            lines[here] = key.start_mark.line + 2
            _index(value, here, lines)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            _index(value, (*path, number), lines)


def _without_tags(
    location: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int]
) -> tuple[str | int, ...]:
    """The location without the steps that pydantic adds for unions, which stand in no file."""
    path: tuple[str | int, ...] = ()
    for step in location:
        if (*path, step) in lines or step == location[-1]:
            path = (*path, step)
    return path


REMEDIES = {
    "extra_forbidden": "is an unknown key; remove it or correct its spelling",
    "missing": "is missing; add it",
    "string_pattern_mismatch": "has the wrong shape; it must match {pattern}",
    "string_too_long": "is too long; at most {max_length} characters",
    "string_too_short": "is empty; fill it in",
    "enum": "is not one of {expected}",
    "literal_error": "is not one of {expected}",
    "int_type": "must be a whole number",
    "string_type": "must be text; put it in quotes",
    "bool_type": "must be true or false",
    "too_short": "needs at least {min_length} item(s)",
    "too_long": "may have at most {max_length} items",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
}


def _remedy(error: dict[str, Any]) -> str:
    name = ".".join(str(step) for step in error["loc"]) or "the header"
    pattern = REMEDIES.get(error["type"])
    if pattern is None:
        return f"{name}: {error['msg'].removeprefix('Value error, ')}"
    return f"{name} {pattern.format(**error.get('ctx', {}))}"

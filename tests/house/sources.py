"""Our own Python, read and parsed once for all the tests that look at it."""

import ast
from functools import cache
from pathlib import Path


@cache
def text_of(path: Path) -> str:
    """The source of a file."""
    return path.read_text(encoding="utf-8")


@cache
def tree_of(path: Path) -> ast.Module:
    """The syntax tree of a file. Shared: look at it, change nothing."""
    return ast.parse(text_of(path))


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """Every node of that tree, as `ast.walk` gives them."""
    return tuple(ast.walk(tree_of(path)))

"""Every verb in the log has a sentence in privacy/labels.py; the verbs are read from the source."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from peergang.privacy.labels import PAGES, VERB_GROUPS, VERBS
from tests.house.sources import nodes_of, text_of, tree_of

ROOT = Path(__file__).parents[2] / "peergang"
FILES = sorted(ROOT.glob("**/*.py"))
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


READERS = ("privacy/views/audit.py", "privacy/audit_lines.py")
"""These read verbs and write none."""


def writers() -> dict[tuple[str, str], int]:
    """Functions with a parameter called `verb`, and its place among the positional ones: record_audit and who calls it.

    A private function is known in its own file; others everywhere, with an empty file.
    """
    found = {}
    for path in FILES:
        for node in nodes_of(path):
            if isinstance(node, ast.FunctionDef):
                file = str(path) if node.name.startswith("_") else ""
                names = [one.arg for one in [*node.args.posonlyargs, *node.args.args]]
                only = [one.arg for one in node.args.kwonlyargs]
                if "verb" in names or "verb" in only:
                    found[file, node.name] = names.index("verb") if "verb" in names else 99
    return found


def texts(node: ast.expr | None, scope: ast.AST) -> list[str] | None:
    """The texts that an expression can be; None when nobody can tell from the source."""
    match node:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.IfExp(body=one, orelse=other):
            both = [texts(one, scope), texts(other, scope)]
            return None if None in both else [text for found in both for text in found or ()]
        case ast.Name(id=name):
            given = [
                texts(one.value, scope)
                for one in ast.walk(scope)
                if isinstance(one, ast.Assign)
                and any(isinstance(target, ast.Name) and target.id == name for target in one.targets)
            ]
            return None if not given or None in given else [text for found in given for text in found or ()]
        case ast.Subscript(value=ast.Dict(values=values)):
            inside = [texts(one, scope) for one in values]
            return None if None in inside else [text for found in inside for text in found or ()]
    return None


def calls() -> Iterator[tuple[Path, ast.Call, ast.expr, ast.AST]]:
    known = writers()
    for path in FILES:
        # Only files that name one of them can call it.
        if path.as_posix().endswith(READERS) or not any(name in text_of(path) for _, name in known):
            continue
        tree = tree_of(path)
        for scope in [one for one in nodes_of(path) if isinstance(one, ast.FunctionDef)]:
            for node in ast.walk(scope):
                if not isinstance(node, ast.Call):
                    continue
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                key = (str(path) if name.startswith("_") else "", name)
                if key not in known:
                    continue
                named = [one.value for one in node.keywords if one.arg == "verb"]
                place = known[key]
                verb = named[0] if named else node.args[place] if place < len(node.args) else None
                passed_on = isinstance(verb, ast.Name) and verb.id == "verb" and "verb" in parameters(scope)
                if verb is not None and not passed_on:
                    yield (
                        path,
                        node,
                        verb,
                        tree if isinstance(verb, ast.Name) and verb.id.isupper() else scope,
                    )


def parameters(scope: ast.FunctionDef) -> set[str]:
    return {one.arg for one in [*scope.args.posonlyargs, *scope.args.args, *scope.args.kwonlyargs]}


def defaults() -> Iterator[str]:
    for path in FILES:
        for node in nodes_of(path):
            if isinstance(node, ast.FunctionDef):
                for argument, value in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
                    if argument.arg == "verb" and isinstance(value, ast.Constant):
                        yield str(value.value)


@cache
def found_verbs() -> dict[str, str]:
    """Every verb in the source → where it stands."""
    found = dict.fromkeys(defaults(), "default")
    for path, node, verb, scope in calls():
        where = f"{path.relative_to(ROOT)}:{node.lineno}"
        options = texts(verb, scope)
        assert options is not None, f"{where}: nobody can tell which verb this is; write it as a text"
        found |= dict.fromkeys(options, where)
    return found


@pytest.mark.slow
def test_the_search_finds_verbs_of_every_kind() -> None:
    assert {
        "role_granted",
        "cohort_closed",
        "sign_in",
        "demo_sign_in",
        "personal_data_exported",
        "demo_lived",
    } <= set(found_verbs())


@pytest.mark.slow
def test_every_verb_has_a_sentence() -> None:
    missing = {verb: where for verb, where in found_verbs().items() if verb not in VERBS}
    assert not missing, f"give these a sentence in peergang/privacy/labels.py: {missing}"


def test_a_verb_stands_in_one_group() -> None:
    assert sum(len(verbs) for _title, verbs in VERB_GROUPS) == len(VERBS)


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_a_sentence_is_one(verb: str) -> None:
    words = str(VERBS[verb])
    assert words.endswith((".", "%(reason)s"))
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", verb)
    assert words % dict.fromkeys(PLACEHOLDER.findall(words), "x")


def test_every_page_that_is_accounted_for_has_words() -> None:
    used = set()
    for path in FILES:
        source = text_of(path)
        used |= set(re.findall(r"leave_opening\([^)]*?\), \"(\w+)\"", source))
        used |= set(re.findall(r"record_opening\([^)]*?\], \"(\w+)\"", source))
    assert {"participation_cell", "cohort_progress", "on_behalf"} <= used
    assert used <= set(PAGES)

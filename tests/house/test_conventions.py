"""The habits that keep this house easy to live in; docs/decisions says why. Each rule reads the source itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import nodes_of, text_of

ROOT = Path(__file__).parents[2]
OURS = sorted([*ROOT.glob("peergang/**/*.py"), *ROOT.glob("workers/**/*.py")])
CLOCK = re.compile(r"(datetime\.(now|utcnow|today)|date\.today|time\.time)\(")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_with(pattern: str | re.Pattern[str], *, but_in: tuple[str, ...]) -> list[str]:
    found = []
    for path in OURS:
        if name(path).startswith(but_in):
            continue
        # Most files hold nothing of the kind, and looking at the whole is much quicker than at every line.
        if not re.search(pattern, text_of(path)):
            continue
        for number, line in enumerate(text_of(path).splitlines(), start=1):
            if re.search(pattern, line.split("#")[0]):
                found.append(f"{name(path)}:{number}: {line.strip()}")
    return found


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in nodes_of(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_one_file_commits() -> None:
    assert not lines_with(r"\.commit\(", but_in=("peergang/core/db.py",))


def test_one_file_reads_the_clock() -> None:
    assert not lines_with(CLOCK, but_in=("peergang/core/clock.py",))


def test_only_pages_know_who_is_signed_in() -> None:
    found = lines_with(r"\bcurrent_user\b", but_in=("peergang/web/",))
    assert not [line for line in found if "/views" not in line.split(":")[0]]


def test_no_drawer_for_odds_and_ends() -> None:
    assert not [name(path) for path in OURS if path.stem in {"utils", "helpers", "misc", "common"}]


def test_no_file_outgrows_a_look() -> None:
    long = [name(path) for path in OURS if len(text_of(path).splitlines()) > 250]
    assert not long, f"over 250 lines, make each a folder of named files: {long}"


@pytest.mark.slow
def test_no_function_outgrows_a_screen() -> None:
    long = [
        f"{name(path)}:{one.lineno} {one.name}"
        for path in OURS
        for one in functions(path)
        if (one.end_lineno or one.lineno) - one.lineno + 1 > 60
    ]
    assert not long, f"over 60 lines: {long}"


@pytest.mark.slow
def test_most_functions_are_under_thirty_lines() -> None:
    lengths = [(node.end_lineno or 0) - node.lineno + 1 for path in OURS for node in functions(path)]
    long = sum(length > 30 for length in lengths)
    assert long <= len(lengths) * 0.03, f"{long} of {len(lengths)} functions have more than 30 lines"


def test_use_cases_take_the_moment_and_ask_first() -> None:
    """An action reads no clock, so it takes `now`; the house test on routes shows that it also asks its policy."""
    for path in OURS:
        if "/actions/" in name(path) or name(path).endswith("/actions.py"):
            source = text_of(path)
            assert "clock.now" not in source, f"{name(path)} reads the clock; take `now` as an argument"
            assert "import flask" not in source
            assert "from flask" not in source


def test_a_partial_index_is_named_without_parameters() -> None:
    """`ON CONFLICT (…) WHERE state = $1` finds no index once the driver has prepared the statement."""
    calls = [(path, node) for path in OURS for node in nodes_of(path) if isinstance(node, ast.Call)]
    given = [(path, one.value) for path, node in calls for one in node.keywords if one.arg == "index_where"]
    wrong = [f"{name(path)}:{value.lineno}" for path, value in given if not _is_literal(value)]
    assert len(given) >= 5
    assert not wrong, f"write index_where with text(…) or .is_(None): {wrong}"


def _is_literal(condition: ast.expr) -> bool:
    if not isinstance(condition, ast.Call):
        return False
    function = condition.func
    return function.attr == "is_" if isinstance(function, ast.Attribute) else ast.unparse(function) == "text"


def test_lock_files_name_no_download_address() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        assert "://" not in path.read_text(encoding="utf-8"), f"{name(path)} names an address"

"""`python -m tests.benchmarks [--quick] [name …]`: measure, print a table, and write var/bench/latest.json.

Every module here that offers `run()` is a benchmark. Each runs in a process of its own, so that none inherits what another
one left in memory. The exit code is 1 when a promise was not kept.
"""

import argparse
import inspect
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.benchmarks.rows import Row, failed

RESULT = Path("var/bench/latest.json")
NAMES = ("pages", "network", "jobs", "compiling", "growth", "planning", "sending", "reports", "house")
PATIENCE = 1800
WISHES = ("quick", "million")


def main() -> int:
    """Run what was asked for, and say how it went."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help="only these benchmarks")
    parser.add_argument(
        "--quick", action="store_true", help="smaller numbers: for a first look, not for the README"
    )
    parser.add_argument("--million", action="store_true", help="growth: up to a million enrolments")
    parser.add_argument("--into", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.into:
        wishes = {name: getattr(chosen, name) for name in WISHES}
        Path(chosen.into).write_text(json.dumps(_run(chosen.names[0], wishes)))
        return 0
    flags = [f"--{name}" for name in WISHES if getattr(chosen, name)]
    rows = [row for name in chosen.names or NAMES for row in _run_apart(name, flags)]
    print_table(rows)
    if not chosen.quick and not chosen.names:
        RESULT.parent.mkdir(parents=True, exist_ok=True)
        RESULT.write_text(json.dumps(rows, indent=2) + "\n")
        print(f"\n{RESULT}")
    return 1 if any(row["met"] is False for row in rows) else 0


def _run(name: str, wishes: dict[str, bool]) -> list[Row]:
    """A benchmark hears of the wishes that it knows."""
    run: Any = import_module(f"tests.benchmarks.{name}").run
    known = inspect.signature(run).parameters
    found: list[Row] = run(**{name: value for name, value in wishes.items() if name in known})
    return found


def _run_apart(name: str, flags: Sequence[str]) -> list[Row]:
    print(f"{name} …", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / "rows.json"
        command = [sys.executable, "-m", "tests.benchmarks", name, "--into", str(into)]
        try:
            done = subprocess.run(
                [*command, *flags],
                stdout=sys.stderr,
                stderr=subprocess.PIPE,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return [failed(name, f"took over {PATIENCE} s")]
        if done.returncode or not into.exists():
            print(done.stderr, file=sys.stderr)
            return [failed(name, (done.stderr.strip().splitlines() or ["no result"])[-1][:120])]
        rows: list[Row] = json.loads(into.read_text())
        return rows


def print_table(rows: Sequence[Row]) -> None:
    """The rows in columns, for people."""
    heads = ("benchmark", "measured", "floor", "unit", "ratio", "goal", "")
    lines = [heads, *(_line(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    for line in lines:
        cells = [
            text.ljust(width) if column in (0, 3, 5, 6) else text.rjust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())


def _line(row: Row) -> tuple[str, ...]:
    def number(value: float | None) -> str:
        return "" if value is None else f"{value:,.3g}" if abs(value) < 100 else f"{value:,.0f}"

    kept = {True: "met", False: "NOT MET", None: ""}[row["met"]]
    return (
        row["name"],
        number(row["measured"]),
        number(row["floor"]),
        row["unit"],
        number(row["ratio"]),
        row["goal"] or "",
        kept,
    )


if __name__ == "__main__":
    sys.exit(main())

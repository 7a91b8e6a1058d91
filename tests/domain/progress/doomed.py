"""Processes that compile and are killed: `python -m tests.domain.progress.doomed <address of the database>`.

A line on its input is a task, `full|dirty <point> <size>`: a child of its own begins to compile, and kills itself with
SIGKILL at that point, counted in statements (before and after each) and commits; at 0 it lives. The answer is a line with
the number of the signal, or 0, and how many points there were.
"""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import sqlalchemy as sa

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)


class Doomed:
    """A process that runs such tasks, one at a time; used in a `with` block."""

    def __init__(self, url: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.domain.progress.doomed", url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        assert self.process.wait(120) == 0
        self.process.stdout.close()

    def run(self, kind: str, point: int, size: int) -> tuple[bool, int]:
        """Gives whether it was killed, and how many points it passed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{kind} {point} {size}\n")
        found, points = self.process.stdout.readline().split()
        assert int(found) in (0, signal.SIGKILL), f"the child ended with {found}"
        return int(found) == signal.SIGKILL, int(points)


def main(url: str) -> None:
    """Run every task of the input in a child of its own."""
    # Before the first fork, so that a child begins at once.
    import peergang.progress.actions.full_compile
    import peergang.tables  # noqa: F401

    for line in sys.stdin:
        kind, point, size = line.split()
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            os.close(reader)
            # What is logged is no answer.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            _work(url, kind, int(point), int(size), writer)
        os.close(writer)
        _, status = os.waitpid(child, 0)
        with os.fdopen(reader) as told:
            points = len(told.read())
        code = os.waitstatus_to_exitcode(status)
        print(-code if code < 0 else code, points, flush=True)


def _work(url: str, kind: str, point: int, size: int, told: int) -> None:
    from peergang.core.db import make_engine
    from peergang.progress.actions.compile import compile_waiting
    from peergang.progress.actions.full_compile import compile_all

    passed = 0

    def pass_point(*_: object) -> None:
        nonlocal passed
        passed += 1
        os.write(told, b".")
        if passed == point:
            os.kill(os.getpid(), signal.SIGKILL)

    code = 1
    try:
        engine = make_engine(url, application="doomed")
        for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
            sa.event.listen(engine, moment, pass_point)
        if kind == "full":
            compile_all(engine, now=NOW, part=size)
        else:
            compile_waiting(engine, now=NOW, limit=size)
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    main(sys.argv[1])

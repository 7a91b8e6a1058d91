"""One program as our child: in a session of its own, with its log, and gone with everything it started."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from peergang.core.embedded.processes import die_with_parent, list_group, write_pid_file

_LONGEST_DEATH = 30.0
"""Seconds that a killed process gets to go; only a machine that hangs needs them."""


class Running(Protocol):
    """What the supervisor needs of a child: a program of ours or an embedded server."""

    @property
    def pid(self) -> int:
        """The process id."""
        ...

    def poll(self) -> int | None:
        """Give the exit code once it has ended, else None."""
        ...

    def stop(self, patience: float = ...) -> None:
        """End it in order, by force after `patience` seconds."""
        ...


class Program:
    """A program that runs now, known by its process group and its pid file."""

    def __init__(
        self, command: Sequence[str], *, cwd: Path, environment: Mapping[str, str], log: Path, pid_file: Path
    ) -> None:
        """Start it. Ctrl-C in the terminal does not reach it, the death of the supervisor does."""
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=cwd,
                env=dict(environment),
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 (a single system call)
            )
        self._pid_file = pid_file
        write_pid_file(pid_file, self._process.pid)

    @property
    def pid(self) -> int:
        """The process id, which is also the number of its group."""
        return self._process.pid

    def poll(self) -> int | None:
        """Give the exit code once it has ended, else None. Its own children are ended as soon as that is seen."""
        code = self._process.poll()
        if code is not None:
            self._end_group()
        return code

    def ask_to_stop(self) -> None:
        """Send TERM and return at once, so that several programs can stop at the same time."""
        if self._process.poll() is None:
            self._process.terminate()

    def stop(self, patience: float = 10.0) -> None:
        """End it in order, by force after `patience` seconds, with everything it started."""
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        self._end_group()
        self._process.wait()
        self._see_group_gone()
        self._pid_file.unlink(missing_ok=True)

    def _end_group(self) -> None:
        # A master that was killed leaves its workers behind, and they keep the port or the queue.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _see_group_gone(self) -> None:
        # What was killed still has its port or its place in the queue until the kernel comes to it.
        deadline = time.monotonic() + _LONGEST_DEATH
        while any(list_group(self._process.pid)) and time.monotonic() < deadline:
            time.sleep(0.02)

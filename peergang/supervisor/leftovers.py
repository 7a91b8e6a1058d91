"""Ends what a killed run left behind, and only what pid files and our mark in the environment prove to be ours."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from peergang.core.embedded.processes import end_leftover, list_group


def end_leftovers(run_dir: Path, var: Path) -> None:
    """End the programs named by pid files in `run_dir`, and what remains of their groups.

    The caller holds the lock of this var/, so a program found here belongs to a run that is dead.
    """
    for pid_file in run_dir.glob("*.pid"):
        group = pid_file.read_text(encoding="ascii", errors="replace").partition(" ")[0]
        end_leftover(pid_file, signal.SIGTERM, patience=5.0)
        if group.isdecimal():
            for pid in _marked_members(int(group), var):
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)


def _marked_members(group: int, var: Path) -> Iterator[int]:
    """Give the processes of `group` that carry our var/ in their environment."""
    mark = os.fsencode(f"PEERGANG_VAR={var}")
    for pid in list_group(group):
        with suppress(OSError):
            if mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                yield pid

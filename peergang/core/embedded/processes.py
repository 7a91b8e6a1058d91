"""Small facts about processes: which one is meant by a pid file, and how one dies together with its parent."""

import ctypes
import os
import platform
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_IS_LINUX = platform.system() == "Linux"
_LIBC = ctypes.CDLL(None, use_errno=True) if _IS_LINUX else None


def die_with_parent(number: int) -> Callable[[], None]:
    """Give a `preexec_fn` that has the kernel send signal `number` when the starting process dies, even by kill -9.

    Linux alone offers this; elsewhere the pid file lets the next start find what was left behind.
    """
    parent = os.getpid()

    def arrange() -> None:
        if _LIBC is None:
            return
        _LIBC.prctl(_PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # The parent died before the kernel knew our wish.
            os._exit(1)

    return arrange


def identity(pid: int) -> str | None:
    """Name the living process behind `pid` so that a later process with the same number is told apart; None if dead."""
    stat = Path(f"/proc/{pid}/stat")
    if stat.exists():
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] in "ZX" else fields[19]
    if _IS_LINUX:
        return None
    listed = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return listed.stdout.strip() or None


def list_group(group: int) -> Iterator[int]:
    """Give the living processes of a process group; only Linux can tell."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            state, _, number, *_ = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(number) == group and state not in "ZX":
                yield int(folder.name)


def write_pid_file(path: Path, pid: int) -> None:
    """Remember process `pid` in `path` together with its identity."""
    path.write_text(f"{pid} {identity(pid)}\n", encoding="ascii")


def read_pid_file(path: Path) -> int | None:
    """Give the pid in `path` when that very process is still alive, else None. A damaged file counts as none."""
    try:
        pid, _, expected = path.read_text(encoding="ascii").strip().partition(" ")
        return int(pid) if expected and identity(int(pid)) == expected else None
    except (OSError, ValueError):
        return None


def end_leftover(path: Path, number: int, *, patience: float = 10.0) -> None:
    """End the process that the pid file `path` proves to be ours: first by signal `number`, then by kill.

    The caller must hold the lock of the folder, so that nobody else can be using that process.
    """
    pid = read_pid_file(path)
    if pid is not None:
        _signal(pid, number)
        if not _gone_within(path, patience):
            _signal(pid, signal.SIGKILL)
            _gone_within(path, patience)
    path.unlink(missing_ok=True)


def _gone_within(path: Path, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while read_pid_file(path) is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _signal(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)

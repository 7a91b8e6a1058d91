"""The whole of `make run` in a folder of its own: memory of all its processes together, and how fast the second start is.

Memory is PSS, which shares what several processes have in common among them, so that the sum is what the machine loses.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.benchmarks.rows import Row, below

MEMORY_LIMIT = 400
START_LIMIT = 5
SETTLE = 10.0
PATIENCE = 300.0
REQUESTS = 40


def run(*, quick: bool = False) -> list[Row]:
    """The rows of this benchmark."""
    with tempfile.TemporaryDirectory(prefix="peergang-bench-") as name:
        folder = Path(name)
        # PostgreSQL of root runs as somebody else, who must get in.
        folder.chmod(0o711)
        port = _free_port()
        first, _ = _start(folder, port)
        _stop(first)
        second, seconds = _start(folder, port)
        try:
            for _ in range(REQUESTS):
                _answers(port, "/inloggen")
            time.sleep(2.0 if quick else SETTLE)
            megabytes = _memory(second.pid)
        finally:
            _stop(second)
    return [
        below("make run: memory of all processes (PSS)", megabytes, "MB", MEMORY_LIMIT),
        below("make run: second start until it answers", seconds, "s", START_LIMIT),
    ]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _start(folder: Path, port: int) -> "tuple[subprocess.Popen[bytes], float]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PEERGANG_")}
    environment |= {"PEERGANG_VAR": str(folder / "var"), "PEERGANG_PORT": str(port)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "peergang.cli", "up"],
        env=environment,
        stdout=(folder / "output").open("ab"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    while not _answers(port, "/readyz"):
        if process.poll() is not None or time.monotonic() > began + PATIENCE:
            _stop(process)
            tail = (folder / "output").read_text(errors="replace").strip().splitlines()[-1:]
            raise RuntimeError(f"it does not start: {' '.join(tail)}")
        time.sleep(0.02)
    return process, time.monotonic() - began


def _answers(port: int, path: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            answer.read()
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _stop(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _memory(root: int) -> float:
    """Megabytes of `root` and all that descend from it."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                # The name may hold spaces and brackets; what follows the last bracket does not.
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1])
    ours, grown = {root}, True
    while grown:
        found = {pid for pid, parent in parents.items() if parent in ours} - ours
        ours |= found
        grown = bool(found)
    return sum(_pss(pid) for pid in ours) / 1024


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)

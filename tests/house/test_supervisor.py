"""`peergang up`: one sentence for each trouble, nothing left behind, and a good start after any kill -9."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.ports import free_port

pytestmark = [pytest.mark.database, pytest.mark.slow]

SECONDS = 120
"""For anything that must happen: a busy machine takes its time, and a quick one never waits for it."""
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Give a folder that PostgreSQL's account can reach, so that its data lies in it and goes with it."""
    with tempfile.TemporaryDirectory(prefix="peergang-test-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture
def var(open_folder: Path) -> Path:
    return open_folder / "een pad met spaties" / "var"


@pytest.fixture
def start(var: Path, port: int) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def run(kind: str = "sleep", **settings: str) -> "subprocess.Popen[str]":
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PEERGANG_")}
        environment = kept | {"PEERGANG_VAR": str(var), "PEERGANG_PORT": str(port)} | settings
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.house.supervised", kind],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        with suppress(subprocess.TimeoutExpired):
            process.terminate()
            process.wait(SECONDS)
        process.kill()
        process.communicate()


def read_until(process: "subprocess.Popen[str]", words: str) -> str:
    """Read the supervisor's lines up to the one with `words`; at its end this fails with what it did say."""
    assert process.stdout is not None
    said = ""
    while line := process.stdout.readline():
        said += line
        if words in line:
            return said
    raise AssertionError(said)


def marked(var: Path) -> list[int]:
    """Give the processes that live under this var/: by their environment, or by a data folder in their command."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            text = (folder / "environ").read_bytes() + b"\0" + (folder / "cmdline").read_bytes()
            working = str((folder / "cwd").readlink())
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
            own = os.fsencode(f"PEERGANG_VAR={var}") in text.split(b"\0") or working.startswith(str(var))
            if own and state != "Z":
                found.append(int(folder.name))
    return found


def wait_until(happened: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.05)


def pid_of(var: Path, name: str) -> int:
    """Give the child's process id, waiting for its pid file while it starts again."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError, IndexError):
            return int((var / "run" / f"{name}.pid").read_text().split()[0])
        time.sleep(0.05)
    raise AssertionError(f"the {name} does not come back")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_signal_ends_everything(start: Start, var: Path, number: signal.Signals) -> None:
    process = start()
    assert "ready" in read_until(process, "Stop with Ctrl-C")
    # A child of a child begins a moment after what it belongs to is ready.
    wait_until(lambda: len(marked(var)) >= 6, "not everything started")
    process.send_signal(number)
    assert process.wait(SECONDS) == 0
    assert marked(var) == []


def test_a_second_start_is_refused(start: Start, port: int) -> None:
    first = start()
    read_until(first, "Stop with Ctrl-C")
    second = start()
    said, _ = second.communicate(timeout=SECONDS)
    assert said.count("\n") == 1
    assert f"already runs here (process {first.pid}, http://127.0.0.1:{port})" in said
    assert second.returncode == 1


def test_a_taken_port_is_one_sentence(start: Start, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        process = start()
        said, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert said.count("\n") == 1
    assert f"Port {port}" in said
    assert "PEERGANG_PORT=" in said


def test_a_folder_that_cannot_be_written_is_one_sentence(start: Start, open_folder: Path) -> None:
    (open_folder / "file").write_text("")
    process = start(PEERGANG_VAR=str(open_folder / "file" / "var"))
    said, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert said.count("\n") == 1
    assert "cannot be written" in said


def test_a_wrong_port_is_one_sentence(start: Start) -> None:
    said, _ = start(PEERGANG_PORT="80x").communicate(timeout=SECONDS)
    assert said == "peergang: PEERGANG_PORT is '80x'; give a number between 1 and 65535.\n"


def test_a_child_that_keeps_crashing_ends_in_one_sentence(start: Start, var: Path) -> None:
    process = start("crash")
    said = read_until(process, "keeps stopping")
    assert "ended with code 3; it starts again in 0.5 s" in said
    assert str(var / "log" / "worker.log") in said
    assert process.wait(SECONDS) == 1
    assert marked(var) == []


@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_killed_child_starts_again(start: Start, var: Path, name: str) -> None:
    process = start()
    read_until(process, "Stop with Ctrl-C")
    before = pid_of(var, name)
    os.kill(before, signal.SIGKILL)
    read_until(process, f"The {name} ended with code -9")
    assert pid_of(var, name) != before


@pytest.mark.parametrize("folder", ["postgres", "valkey"])
def test_a_killed_server_starts_again(start: Start, var: Path, folder: str) -> None:
    process = start()
    read_until(process, "Stop with Ctrl-C")
    os.kill(int((var / folder / "server.pid").read_text().split()[0]), signal.SIGKILL)
    read_until(process, "ended with code -9")
    process.send_signal(signal.SIGINT)
    assert process.wait(SECONDS) == 0
    assert marked(var) == []


def test_the_next_start_works_after_the_supervisor_was_killed(start: Start, var: Path) -> None:
    first = start()
    read_until(first, "Stop with Ctrl-C")
    first.kill()
    first.wait()
    second = start()
    read_until(second, "Stop with Ctrl-C")
    second.send_signal(signal.SIGINT)
    assert second.wait(SECONDS) == 0
    assert marked(var) == []


def test_the_secret_is_kept_and_private(start: Start, var: Path) -> None:
    process = start()
    read_until(process, "Stop with Ctrl-C")
    secret = var / "secret-key"
    assert len(secret.read_text().strip()) == 64
    assert secret.stat().st_mode & 0o077 == 0
    assert (var / "run" / "environment.json").stat().st_mode & 0o077 == 0

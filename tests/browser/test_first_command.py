"""The README's first command: from a clean clone, in a folder with a space, to a signed-in page, and nothing left behind."""

import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.site import ROOT
from tests.ports import free_port

PATIENCE = 900
"""Seconds for everything: cloning, installing from the package cache, the first start with its demo data."""
READY = re.compile(r"Peergang is ready after [\d.]+ s: (\S+)")


def environment(port: int) -> dict[str, str]:
    """That of a newcomer: nothing of this virtual environment, of the make around us, or of our own settings."""
    ours = ("PEERGANG_", "MAKE", "MFLAGS", "VIRTUAL_ENV", "PYTHON", "PYTEST", "UV_PROJECT")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    path = [part for part in kept["PATH"].split(os.pathsep) if not part.startswith(str(ROOT))]
    return kept | {"PATH": os.pathsep.join(path), "PEERGANG_PORT": str(port)}


@contextmanager
def make_run(folder: Path, port: int, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("wb") as output:
        program = subprocess.Popen(
            ["make", "run"],
            cwd=folder,
            env=environment(port),
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        yield program
    finally:
        if program.poll() is None:
            os.killpg(program.pid, signal.SIGKILL)
            program.wait()


def printed_address(program: "subprocess.Popen[bytes]", log: Path, until: float) -> str:
    while monotonic() < until:
        found = READY.search(log.read_text())
        if found:
            return found[1]
        assert program.poll() is None, log.read_text()
        sleep(0.5)
    pytest.fail(f"not ready within {PATIENCE} s:\n{log.read_text()}")


def running_in(folder: Path) -> list[str]:
    """The command lines of processes that work in `folder` or name it."""
    found = []
    for one in Path("/proc").glob("[0-9]*"):
        try:
            command = (one / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            where = str((one / "cwd").readlink())
        except OSError:
            continue
        if str(folder) in command or where.startswith(str(folder)):
            found.append(command)
    return found


@pytest.mark.slow
def test_the_first_command_leads_to_this_week(chromium: Browser, tmp_path: Path) -> None:
    until = monotonic() + PATIENCE
    folder, log, port = tmp_path / "een map" / "peergang", tmp_path / "make.log", free_port()
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    with make_run(folder, port, log) as program:
        address = printed_address(program, log, until)
        assert address.endswith(f":{port}")
        context = chromium.new_context(locale="nl-NL")
        page = context.new_page()
        page.goto(address)
        page.get_by_role("button", name=re.compile("i.coach")).click()
        expect(page).to_have_url(f"{address}/deze-week")
        expect(page.get_by_role("link", name="Deze week")).to_have_attribute("aria-current", "page")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Amira")
        context.close()
        os.killpg(program.pid, signal.SIGINT)
        program.wait(120)
    left = running_in(folder)
    assert not left, left
    with socket.socket() as taken:
        assert taken.connect_ex(("127.0.0.1", port)) != 0, "the port is still taken"

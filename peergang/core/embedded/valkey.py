"""Starts Valkey (or Redis) on a folder. It runs as the caller, also for root, and listens on a unix socket alone."""

import os
import signal
import subprocess
import time
from pathlib import Path

import redis

from peergang.core.embedded.binaries import valkey_program
from peergang.core.embedded.errors import EmbeddedError
from peergang.core.embedded.places import FolderLock, socket_folder
from peergang.core.embedded.processes import die_with_parent, end_leftover, write_pid_file
from peergang.core.embedded.server import RedisServer

_OPTIONS = {
    "--port": "0",
    "--unixsocketperm": "600",
    "--daemonize": "no",
    "--save": "",
    # Queued jobs must never be dropped for lack of memory, and should outlive a restart.
    "--appendonly": "yes",
    "--maxmemory": "64mb",
    "--maxmemory-policy": "noeviction",
}


def start_redis(data_dir: Path, *, log_file: Path | None = None, timeout: float = 20.0) -> RedisServer:
    """Start Valkey on `data_dir` and give the running server.

    Raises:
        EmbeddedError: it cannot start; the sentence says why and what helps.
    """
    program = valkey_program()
    data_dir.mkdir(parents=True, exist_ok=True)
    real = data_dir.resolve()
    lock = FolderLock(real)
    try:
        end_leftover(real / "server.pid", signal.SIGTERM)
        sockets = socket_folder(real, os.geteuid(), os.getegid())
        path = sockets / "valkey.sock"
        log = log_file or real / "server.log"
        process = _start(program, real, path, log)
        _wait_until_ready(process, path, log, time.monotonic() + timeout)
    except BaseException:
        lock.release()
        raise
    return RedisServer(
        f"redis+socket://{path}", process, real, sockets, lock, signal.SIGTERM, client_url=f"unix://{path}"
    )


def _start(program: Path, real: Path, path: Path, log: Path) -> "subprocess.Popen[bytes]":
    command = [str(program), "--dir", str(real), "--unixsocket", str(path)]
    command += [word for option in _OPTIONS.items() for word in option]
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=real,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 (a single system call)
        )
    write_pid_file(real / "server.pid", process.pid)
    return process


def _wait_until_ready(process: "subprocess.Popen[bytes]", path: Path, log: Path, deadline: float) -> None:
    client = redis.Redis(unix_socket_path=str(path))
    while process.poll() is None and time.monotonic() < deadline:
        try:
            client.ping()
        except redis.ConnectionError:  # Covers "still loading its data" as well as "not listening yet".
            time.sleep(0.02)
        else:
            client.close()
            return
    process.kill()
    process.wait()
    raise EmbeddedError(f"Valkey does not start; the reason stands at the end of {log}.")

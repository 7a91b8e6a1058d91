"""Starts PostgreSQL on a folder: makes the data once, recovers from kill -9, and listens on a unix socket alone."""

import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg

from peergang.core.embedded.binaries import postgres_programs
from peergang.core.embedded.cluster import forget_dead_postmaster, make_cluster
from peergang.core.embedded.errors import EmbeddedError
from peergang.core.embedded.owner import Owner, choose_owner, prepare_folder
from peergang.core.embedded.places import FolderLock, socket_folder
from peergang.core.embedded.processes import die_with_parent, end_leftover, write_pid_file
from peergang.core.embedded.server import Server

DATABASE = "peergang"
# Small, because web, worker and database share 400 MB on a bare machine.
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "max_wal_size": "256MB",
    "timezone": "UTC",
    "jit": "off",
}
_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def start_postgres(
    data_dir: Path,
    *,
    durable: bool = True,
    log_file: Path | None = None,
    settings: Mapping[str, str] | None = None,
    timeout: float = 60.0,
) -> Server:
    """Start PostgreSQL on `data_dir` with a database `peergang` and give the running server.

    With `durable=False` it is faster and loses its data when the machine dies, which is right for tests.
    `settings` are further settings of PostgreSQL; `log_file` defaults to a file in the data folder.

    Raises:
        EmbeddedError: it cannot start; the sentence says why and what helps.
    """
    owner = choose_owner(data_dir)
    real = prepare_folder(data_dir, owner)
    lock = FolderLock(real)
    try:
        end_leftover(real / "server.pid", signal.SIGINT)
        programs = postgres_programs(owner)
        log = log_file or real / "server.log"
        make_cluster(real, owner, programs, log)
        forget_dead_postmaster(real / "pgdata")
        sockets = socket_folder(real, owner.uid, owner.gid)
        chosen = _SETTINGS | ({} if durable else _NOT_DURABLE) | dict(settings or {})
        chosen["unix_socket_directories"] = str(sockets)
        process = _start(real, owner, programs, chosen, log, timeout)
    except BaseException:
        lock.release()
        raise
    created = _create_database(str(sockets))
    url = f"postgresql+psycopg://peergang@/{DATABASE}?host={quote(str(sockets), safe='')}"
    return Server(url, process, real, sockets, lock, signal.SIGINT, created)


def _start(
    real: Path, owner: Owner, programs: Path, settings: Mapping[str, str], log: Path, timeout: float
) -> "subprocess.Popen[bytes]":
    begun = time.monotonic()
    command = [str(programs / "postgres"), "-D", str(real / "pgdata")]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    while True:
        with log.open("ab") as output:
            process = owner.start(command, output=output, cwd=real, preexec_fn=die_with_parent(signal.SIGINT))
        write_pid_file(real / "server.pid", process.pid)
        if _is_ready(process, settings["unix_socket_directories"], begun + timeout):
            return process
        process.kill()
        process.wait()
        # After kill -9 the old helpers may hold the shared memory for a moment longer, so it is tried again.
        if time.monotonic() > begun + 5:
            raise EmbeddedError(f"PostgreSQL does not start; the reason stands at the end of {log}.")
        time.sleep(0.3)


def _is_ready(process: "subprocess.Popen[bytes]", sockets: str, deadline: float) -> bool:
    while process.poll() is None and time.monotonic() < deadline:
        try:
            _connect(sockets).close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return True
    return False


def _create_database(sockets: str) -> bool:
    with _connect(sockets) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone():
            return False
        connection.execute(f"CREATE DATABASE {DATABASE}")
        return True


def _connect(sockets: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(
        host=sockets, user="peergang", dbname="postgres", autocommit=True, connect_timeout=5
    )

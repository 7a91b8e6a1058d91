"""Servers for one test run: everything they write disappears with them."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from peergang.core.embedded.postgres import start_postgres
from peergang.core.embedded.server import RedisServer, Server
from peergang.core.embedded.valkey import start_redis


@contextmanager
def temporary_postgres(settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Run a PostgreSQL that forgets everything at the end; fast, because nothing is forced to disk."""
    with _open_folder() as folder:
        server = start_postgres(folder / "postgres", durable=False, settings=settings)
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def temporary_redis() -> Iterator[RedisServer]:
    """Run a Valkey that forgets everything at the end."""
    with _open_folder() as folder:
        server = start_redis(folder / "valkey")
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def _open_folder() -> Iterator[Path]:
    # Python's own temporary folders are private, and root's PostgreSQL runs as somebody else who must get in.
    folder = Path(tempfile.mkdtemp(prefix="peergang-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)

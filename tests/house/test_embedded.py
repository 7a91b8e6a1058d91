"""The embedded servers: they start, survive kill -9, and do so from any path and for root."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from peergang.core.embedded import (
    EmbeddedError,
    Server,
    start_postgres,
    start_redis,
    temporary_postgres,
    temporary_redis,
)

pytestmark = [pytest.mark.database, pytest.mark.slow]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Give a folder that PostgreSQL's account can reach, so that its data lies in it and goes with it."""
    with tempfile.TemporaryDirectory(prefix="peergang-test-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


START_AND_DIE = """
import os, sys
from pathlib import Path
from peergang.core.embedded import start_postgres, start_redis
postgres, valkey = start_postgres(Path(sys.argv[1]) / "postgres"), start_redis(Path(sys.argv[1]) / "valkey")
print(postgres.pid, valkey.pid, flush=True)
os.kill(os.getpid(), 9)
"""


def ask(server: Server, question: str) -> object:
    with psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(question)
        return cursor.fetchone() if cursor.description else None


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_postgres_keeps_its_data_after_a_stop_and_after_kill_9(open_folder: Path) -> None:
    folder = open_folder / "een map, met spaties" / "postgres"
    first = start_postgres(folder)
    assert first.created
    ask(first, "CREATE TABLE kept AS SELECT 'é' AS word")
    first.stop()
    first.stop()

    second = start_postgres(folder)
    assert not second.created
    os.kill(second.pid, signal.SIGKILL)
    second.process.wait()
    second.stop()

    third = start_postgres(folder)
    try:
        assert ask(third, "SELECT word FROM kept") == ("é",)
    finally:
        third.stop()


def test_postgres_has_what_dutch_search_needs() -> None:
    with temporary_postgres() as server:
        for extension in ("unaccent", "pg_trgm", "citext"):
            ask(server, f"CREATE EXTENSION {extension}")
        assert ask(server, "SELECT to_tsvector('dutch', 'de fietsen lopen')::text") == ("'fiets':2 'lop':3",)
        assert ask(server, "SELECT lower('ÉÜ'), current_setting('fsync')") == ("éü", "off")
        assert ask(server, "SELECT current_setting('listen_addresses')") == ("",)


def test_postgres_never_runs_as_root_and_lets_nobody_else_in() -> None:
    with temporary_postgres() as server:
        assert Path(f"/proc/{server.pid}").stat().st_uid != 0
        sockets = ask(server, "SELECT current_setting('unix_socket_directories')")
        assert isinstance(sockets, tuple)
        assert stat.S_IMODE(Path(str(sockets[0])).stat().st_mode) == 0o700


def test_valkey_keeps_queued_work_after_kill_9(open_folder: Path) -> None:
    folder = open_folder / "met spatie" / "valkey"
    first = start_redis(folder)
    client = redis.Redis.from_url(first.client_url)
    client.lpush("queue", "job")
    assert client.waitaof(1, 0, 60_000)[0] == 1, "the log is forced to disk every second"
    client.close()
    os.kill(first.pid, signal.SIGKILL)
    first.process.wait()
    first.stop()

    second = start_redis(folder)
    client = redis.Redis.from_url(second.client_url)
    assert client.lrange("queue", 0, -1) == [b"job"]
    client.close()
    second.stop()


def test_celery_reads_the_address() -> None:
    from kombu import Connection

    with temporary_redis() as server, Connection(server.url) as connection:
        connection.ensure_connection(max_retries=1)


def test_servers_die_with_a_starter_that_is_killed_and_the_next_start_works(open_folder: Path) -> None:
    command = [sys.executable, "-c", START_AND_DIE, str(open_folder)]
    killed = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path.cwd())
    assert killed.returncode == -9, killed.stderr
    pids = [int(word) for word in killed.stdout.split()]

    postgres, valkey = start_postgres(open_folder / "postgres"), start_redis(open_folder / "valkey")
    try:
        assert not any(is_alive(pid) for pid in pids)
    finally:
        postgres.stop()
        valkey.stop()


def test_a_killed_initdb_is_not_taken_for_data(open_folder: Path) -> None:
    folder = open_folder / "postgres"
    start_postgres(folder, durable=False).stop()
    (folder / "pgdata").rename(folder.resolve() / "pgdata.new")
    server = start_postgres(folder, durable=False)
    assert server.created
    server.stop()


def test_a_pid_file_that_names_another_program_is_ignored(open_folder: Path) -> None:
    folder = open_folder / "postgres"
    start_postgres(folder, durable=False).stop()
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        (folder / "server.pid").write_text(f"{bystander.pid} 12345\n")
        (folder / "pgdata" / "postmaster.pid").write_text(f"{bystander.pid}\n{folder / 'pgdata'}\n1\n5432\n")
        start_postgres(folder, durable=False).stop()
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_folder_in_use_is_refused_in_one_sentence(open_folder: Path) -> None:
    first = start_redis(open_folder / "valkey")
    try:
        with pytest.raises(EmbeddedError, match="in use by another run"):
            start_redis(open_folder / "valkey")
    finally:
        first.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's PostgreSQL runs as somebody else")
def test_roots_data_under_a_private_home_lies_elsewhere_behind_a_link(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    server = start_postgres(tmp_path / "postgres", durable=False)
    try:
        assert (tmp_path / "postgres").is_symlink()
        assert not server.data_dir.is_relative_to(tmp_path)
    finally:
        server.stop()
        shutil.rmtree(server.data_dir)

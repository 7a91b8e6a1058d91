"""The embedded servers: they start, survive kill -9, and do so from any path and for root."""

import os
import signal
import stat
import subprocess
import sys
import time
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


def test_postgres_keeps_its_data_after_a_stop_and_after_kill_9(tmp_path: Path) -> None:
    folder = tmp_path / "een map, met spaties" / "postgres"
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


def test_valkey_keeps_queued_work_after_kill_9(tmp_path: Path) -> None:
    folder = tmp_path / "met spatie" / "valkey"
    first = start_redis(folder)
    redis.Redis.from_url(first.client_url).lpush("queue", "job")
    time.sleep(1.2)  # The log is forced to disk every second.
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


def test_servers_die_with_a_starter_that_is_killed_and_the_next_start_works(tmp_path: Path) -> None:
    command = [sys.executable, "-c", START_AND_DIE, str(tmp_path)]
    killed = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path.cwd())
    assert killed.returncode == -9, killed.stderr
    pids = [int(word) for word in killed.stdout.split()]

    postgres, valkey = start_postgres(tmp_path / "postgres"), start_redis(tmp_path / "valkey")
    try:
        assert not any(is_alive(pid) for pid in pids)
    finally:
        postgres.stop()
        valkey.stop()


def test_a_killed_initdb_is_not_taken_for_data(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    start_postgres(folder, durable=False).stop()
    (folder / "pgdata").rename(folder.resolve() / "pgdata.new")
    server = start_postgres(folder, durable=False)
    assert server.created
    server.stop()


def test_a_pid_file_that_names_another_program_is_ignored(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
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


def test_a_folder_in_use_is_refused_in_one_sentence(tmp_path: Path) -> None:
    first = start_redis(tmp_path / "valkey")
    try:
        with pytest.raises(EmbeddedError, match="in use by another run"):
            start_redis(tmp_path / "valkey")
    finally:
        first.stop()

"""A real worker in a process of its own, with a real PostgreSQL, Valkey and mail server around it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import redis
import sqlalchemy as sa

from peergang.core.embedded import RedisServer, Server
from tests.factories.sink import Sink, open_sink

ROOT = Path(__file__).parents[2]


@dataclass
class Worker:
    """A worker process. `log` is read when something does not come."""

    process: "subprocess.Popen[bytes]"
    log: Path

    def kill(self) -> None:
        """What the kernel does when memory runs out: no tidying up."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        """An orderly end."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(120)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@dataclass
class Place:
    """Starts workers and says what they did."""

    engine: sa.Engine
    redis: "redis.Redis[bytes]"
    sink: Sink
    environment: dict[str, str]
    folder: Path
    workers: list[Worker] = field(default_factory=list)

    def start(self, *arguments: str, module: str = "celery") -> Worker:
        log = self.folder / f"worker-{len(self.workers)}.log"
        command = arguments or (
            *("-A", "workers.app", "worker", "--pool", "threads", "--concurrency", "2"),
            *("--loglevel", "INFO", "--without-gossip", "--without-mingle"),
        )
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", module, *command],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        worker = Worker(process, log)
        self.workers.append(worker)
        return worker

    def until(self, true: Callable[[], bool], what: str, seconds: float = 180) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + seconds
        while not true():
            if time.monotonic() > deadline:
                logs = "\n".join(worker.log.read_text(errors="replace")[-3000:] for worker in self.workers)
                pytest.fail(f"{what} did not happen in {seconds} s\n{logs}")
            time.sleep(0.02)

    def states(self) -> dict[str, int]:
        """Notices by state."""
        with self.engine.connect() as connection:
            rows = connection.execute(sa.text("SELECT state, count(*) AS number FROM notice GROUP BY state"))
            return {row.state: row.number for row in rows}


@pytest.fixture
def sink() -> Iterator[Sink]:
    with open_sink() as running:
        yield running


@pytest.fixture
def place(
    committed: sa.Engine, postgres: Server, redis_server: RedisServer, sink: Sink, tmp_path: Path
) -> Iterator[Place]:
    client = redis.Redis.from_url(redis_server.client_url)
    client.flushall()
    environment = {
        **os.environ,
        "PEERGANG_ENV": "test",
        "PEERGANG_DATABASE_URL": postgres.url,
        "PEERGANG_REDIS_URL": redis_server.url,
        "PEERGANG_MAIL_URL": sink.url,
        "PEERGANG_PUBLIC_URL": "http://peergang.test",
        "PEERGANG_VAR": str(tmp_path),
        "PYTHONUNBUFFERED": "1",
    }
    place = Place(committed, client, sink, environment, tmp_path)
    try:
        yield place
    finally:
        for worker in place.workers:
            # What a test wants of an orderly end it asks for itself.
            worker.kill()
        client.close()

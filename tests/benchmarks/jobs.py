"""What the jobs of a quiet day cost: every job of the beat over the network of tests/benchmarks/network.py, when nothing is
left to do but to find that out.

In two rounds, of which the second counts: the first does what was never done in a network that came from nowhere.
"""

import os
import tempfile
import time
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from celery.schedules import crontab

from peergang.core import clock
from peergang.core.embedded import temporary_redis
from tests.benchmarks.database import database, tidy
from tests.benchmarks.network import SIZE, fill
from tests.benchmarks.rows import Row, below

DAY = 24 * 60 * 60
MOST_OF_A_WORKER, MOST_SECONDS = 15, 60


def run() -> list[Row]:
    """The rows of this benchmark."""
    with (
        Path(os.devnull).open("w") as nowhere,
        redirect_stdout(nowhere),
        tempfile.TemporaryDirectory() as folder,
        database() as engine,
        temporary_redis() as redis,
    ):
        fill(engine, clock.now())
        _settle_in(engine, redis.url, Path(folder))
        _run_all()
        tidy(engine)
        spent = _run_all()
    share = sum(seconds / period for seconds, period in spent.values())
    slowest = max(spent, key=lambda name: spent[name][0])
    return [
        below(f"jobs of a quiet day over {SIZE}: of one worker's time", 100 * share, "%", MOST_OF_A_WORKER),
        below(f"the slowest of them: {slowest}", spent[slowest][0], "s", MOST_SECONDS),
    ]


def _settle_in(engine: sa.Engine, redis_url: str, folder: Path) -> None:
    """Tell this process, which is a benchmark's own, what a worker is told by its environment."""
    os.environ |= {
        "PEERGANG_DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "PEERGANG_REDIS_URL": redis_url,
        "PEERGANG_VAR": str(folder),
        "PEERGANG_FILES_URL": str(folder / "files"),
        "PEERGANG_MAIL_URL": "memory:",
    }


def _run_all() -> dict[str, tuple[float, int]]:
    """Seconds that each job took, and seconds from one time to the next, by the name that the beat has for it."""
    from workers import schedule
    from workers.app import app

    app.loader.import_default_modules()
    found = {}
    for name, entry in schedule.BEAT.items():
        began = time.perf_counter()
        app.tasks[entry["task"]]()
        found[name] = time.perf_counter() - began, _period(entry["schedule"])
    return found


def _period(when: Any) -> int:
    return DAY if isinstance(when, crontab) else int(when)

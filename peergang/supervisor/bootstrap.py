"""The first start: schema, content and demo data. A later start repeats only what changed."""

import hashlib
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from peergang.supervisor.errors import UpError
from peergang.supervisor.options import Options
from peergang.supervisor.program import Program


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do at the first start, and again whenever `watched` changes; None means once."""

    title: str
    arguments: tuple[str, ...]
    watched: str | None
    demo_only: bool = False


STEPS = (
    Step("Bringing the database up to date", ("migrate",), "migrations/versions"),
    Step("Loading the content", ("content", "load"), "content"),
    Step("Filling the demo, which takes a moment at the first start", ("demo", "fill"), None, demo_only=True),
)


def bootstrap(
    options: Options,
    environment: Mapping[str, str],
    say: Callable[[str], None],
    stopping: Callable[[], bool],
    *,
    steps: Sequence[Step] = STEPS,
    program: Sequence[str] = (sys.executable, "-m", "peergang.cli"),
) -> None:
    """Do the steps that this database has not seen in their present state.

    It returns early, with the step ended, when `stopping` says so. What was done is remembered in var/ together
    with the database's identity, so another database starts afresh.

    Raises:
        UpError: a step fails.
    """
    memory = options.var / "bootstrap.json"
    done = _recall(memory, _identity(environment["PEERGANG_DATABASE_URL"]))
    for step in steps:
        if step.demo_only and environment["PEERGANG_ENV"] != "demo":
            continue
        state = "once" if step.watched is None else checksum(options.root / step.watched)
        name = " ".join(step.arguments)
        if done.get(name) == state:
            continue
        say(f"{step.title} …")
        if not _run([*program, *step.arguments], options, environment, name, stopping):
            return
        done[name] = state
        _remember(memory, done)


def checksum(folder: Path) -> str:
    """Give a sum over the names and bytes of every file under `folder`, compiled modules left out."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            content = path.read_bytes()
            total.update(f"{path.relative_to(folder)}\0{len(content)}\0".encode())
            total.update(content)
    return total.hexdigest()


def _run(
    command: Sequence[str],
    options: Options,
    environment: Mapping[str, str],
    name: str,
    stopping: Callable[[], bool],
) -> bool:
    log = options.log_dir / "bootstrap.log"
    pid_file = options.run_dir / "bootstrap.pid"
    step = Program(command, cwd=options.root, environment=environment, log=log, pid_file=pid_file)
    while (code := step.poll()) is None and not stopping():
        time.sleep(0.02)
    step.stop()
    if code:
        raise UpError(f"`peergang {name}` failed; the reason stands at the end of {log}.")
    return code == 0


def _identity(database_url: str) -> str:
    address = database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(address, autocommit=True, connect_timeout=10) as connection:
        found = connection.execute(
            "SELECT system_identifier::text || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())"
            " FROM pg_control_system()"
        ).fetchone()
    return str(found[0]) if found else ""


def _recall(memory: Path, identity: str) -> dict[str, str]:
    try:
        kept: dict[str, str] = json.loads(memory.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        kept = {}
    return kept if kept.get("database") == identity else {"database": identity}


def _remember(memory: Path, done: Mapping[str, str]) -> None:
    unfinished = memory.with_suffix(".new")
    unfinished.write_text(json.dumps(done, indent=2) + "\n", encoding="utf-8")
    unfinished.replace(memory)

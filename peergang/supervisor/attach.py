"""Lends the local database and Redis to one command: those of a running `peergang up`, or servers of its own."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from peergang.core.embedded.processes import read_pid_file, write_pid_file
from peergang.supervisor.options import Options, child_environment, read_options
from peergang.supervisor.preflight import prepare_var
from peergang.supervisor.program import Running
from peergang.supervisor.services import prepare_services


def publish_environment(options: Options, environment: Mapping[str, str]) -> None:
    """Leave our settings where `local_services` finds them; they hold the secret, so only the owner may read them."""
    path = options.run_dir / "environment.json"
    path.unlink(missing_ok=True)
    ours = {name: value for name, value in environment.items() if name.startswith("PEERGANG_")}
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(ours, file)
    write_pid_file(options.run_dir / "up-pid", os.getpid())


def withdraw_environment(options: Options) -> None:
    """Take back what `publish_environment` left."""
    for name in ("environment.json", "up-pid"):
        (options.run_dir / name).unlink(missing_ok=True)


@contextmanager
def local_services(environ: Mapping[str, str] | None = None) -> Iterator[dict[str, str]]:
    """Give an environment in which the database and Redis answer, for as long as the block runs.

    What the environment names is used as it is; else a running `peergang up` is shared; else the servers are started
    on var/ and stopped afterwards.

    Raises:
        UpError, EmbeddedError: the servers cannot start.
    """
    options = read_options(environ)
    published = _published(options)
    if published is not None:
        yield {**published, **options.environ}
        return
    prepare_var(options)
    services = prepare_services(options)
    started: list[Running] = []
    try:
        for child in services.children:
            started.append(child.start())  # noqa: PERF401 (what started must be stopped when the next one fails)
        yield child_environment(options, services.database_url, services.redis_url)
    finally:
        for server in reversed(started):
            server.stop(30.0)


def _published(options: Options) -> dict[str, str] | None:
    if read_pid_file(options.run_dir / "up-pid") is None:
        return None
    with suppress(OSError, ValueError):
        found: dict[str, str] = json.loads((options.run_dir / "environment.json").read_text(encoding="utf-8"))
        return found
    return None

"""Our own three programs: web, worker and beat, and how each is seen to be ready."""

import sys
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from peergang.supervisor.options import Options
from peergang.supervisor.program import Program, Running
from peergang.supervisor.supervise import Child

_CELERY = (sys.executable, "-m", "celery", "-A", "workers.app")


def prepare_programs(options: Options, environment: Mapping[str, str]) -> list[Child]:
    """Give the children of ours: web and worker start together, the scheduler when both are ready."""
    worker_log = options.log_dir / "worker.log"
    ready = {
        "web server": lambda: answers(options),
        "worker": lambda: _says_ready(worker_log),
    }
    commands = {
        "web server": web_command(options),
        "worker": worker_command(),
        "scheduler": _beat_command(),
    }
    children = []
    for name, command in commands.items():
        log = options.log_dir / f"{name.split()[0]}.log"
        start = _starter(command, options, environment, log)
        # Three Pythons at once on two cores would only delay the first page by a second.
        starts_last = name == "scheduler"
        children.append(Child(name, start, log, ready.get(name, lambda: True), starts_last))
    return children


def web_command(options: Options) -> list[str]:
    """Give the command of the web server: one process with few threads, because it shares a small machine."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory"),
        *("--host", options.host, "--port", str(options.port)),
        *("--workers", "1", "--blocking-threads", "4", "--respawn-failed-workers", "--no-ws"),
        *("--workers-kill-timeout", "5", "--log-level", "warning"),
        "peergang.app:create_app",
    ]


def worker_command() -> list[str]:
    """Give the command of the worker: threads, because each process of a pool would cost 30 MB more."""
    options = ("--pool", "threads", "--concurrency", "2", "--loglevel", "INFO", "--without-gossip")
    return [*_CELERY, "worker", *options]


def _beat_command() -> list[str]:
    # Without a pid file: after kill -9 beat would take its own old one for a living twin.
    return [*_CELERY, "beat", "--pidfile", ""]


def _starter(
    command: list[str], options: Options, environment: Mapping[str, str], log: Path
) -> Callable[[], Running]:
    pid_file = options.run_dir / f"{log.stem}.pid"
    return lambda: Program(command, cwd=options.root, environment=environment, log=log, pid_file=pid_file)


def answers(options: Options) -> bool:
    """Whether the web server says now that it is well."""
    connection = HTTPConnection(options.browsable_host, options.port, timeout=2)
    try:
        # Said as a proxy says it, because with an https address plain requests are sent on.
        connection.request("GET", "/healthz", headers={"X-Forwarded-Proto": "https"})
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _says_ready(log: Path) -> bool:
    # Asking the worker itself through the broker would start a second Python and cost a second.
    try:
        return b" ready." in log.read_bytes()
    except OSError:
        return False

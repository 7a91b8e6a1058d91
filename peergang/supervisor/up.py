"""`peergang up`: checks, servers, first-start steps, programs, and an orderly end."""

import errno
import sys
import time
from collections.abc import Callable, Mapping

from peergang.core.embedded import EmbeddedError
from peergang.supervisor.announce import announce
from peergang.supervisor.attach import publish_environment, withdraw_environment
from peergang.supervisor.bootstrap import bootstrap
from peergang.supervisor.errors import UpError
from peergang.supervisor.leftovers import end_leftovers
from peergang.supervisor.logs import rotate_logs
from peergang.supervisor.options import Options, child_environment, read_options
from peergang.supervisor.preflight import UpLock, check_port, prepare_var
from peergang.supervisor.programs import prepare_programs
from peergang.supervisor.services import prepare_services
from peergang.supervisor.supervise import Child, Supervisor

Programs = Callable[[Options, Mapping[str, str]], list[Child]]
Bootstrap = Callable[[Options, Mapping[str, str], Callable[[str], None], Callable[[], bool]], None]


def run_up(
    environ: Mapping[str, str] | None = None,
    *,
    host: str | None = None,
    port: int | None = None,
    programs: Programs = prepare_programs,
    first_steps: Bootstrap = bootstrap,
) -> int:
    """Run Peergang until Ctrl-C, TERM or HUP and give the exit code: 0 after such a stop, 1 after trouble.

    Trouble is printed as one sentence. `programs` and `first_steps` exist for the tests.
    """
    try:
        options = read_options(environ, host, port)
        prepare_var(options)
        lock = UpLock(options)
        try:
            _run(options, programs, first_steps)
        finally:
            lock.release()
    except (UpError, EmbeddedError) as error:
        return _fail(str(error))
    except KeyboardInterrupt:  # Before the supervisor listens for it there is nothing to stop yet.
        return 130
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS):
            raise
        return _fail(
            f"{error.filename or 'var/'} cannot be written ({error.strerror}); make room or set PEERGANG_VAR."
        )
    return 0


def _run(options: Options, programs: Programs, first_steps: Bootstrap) -> None:
    started = time.monotonic()
    end_leftovers(options.run_dir, options.var)
    check_port(options)
    rotate_logs(options.log_dir)
    supervisor = Supervisor(_say)
    try:
        services = prepare_services(options)
        supervisor.add(services.children)
        environment = child_environment(options, services.database_url, services.redis_url)
        publish_environment(options, environment)
        if not supervisor.stopping:
            first_steps(options, environment, _say, lambda: supervisor.stopping)
        children: list[Child] = []
        if not supervisor.stopping:
            children = programs(options, environment)
            first = [child for child in children if not child.starts_last]
            supervisor.add(first)
            supervisor.wait_ready(first, timeout=60.0)
        if not supervisor.stopping:
            supervisor.add([child for child in children if child.starts_last])
            announce(options, environment, time.monotonic() - started, _say)
        supervisor.watch()
        _say("Stopping …")
    finally:
        withdraw_environment(options)
        supervisor.stop_all()


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 (the supervisor's output is its terminal)


def _fail(sentence: str) -> int:
    print(f"peergang: {sentence}", file=sys.stderr, flush=True)  # noqa: T201 (as above)
    return 1

"""Runs the supervisor with small stand-ins for our programs: `python -m tests.house.supervised KIND`.

KIND says what the worker's stand-in does: `sleep` for ever, or `crash` at once.
"""

import signal
import sys
from collections.abc import Mapping

from peergang.supervisor.options import Options
from peergang.supervisor.program import Program
from peergang.supervisor.programs import answers
from peergang.supervisor.supervise import Child
from peergang.supervisor.up import run_up

WEB = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"ok")
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
# A child with a child of its own, as granian and Celery have.
SLEEP = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
time.sleep(300)
"""
WORKERS = {"sleep": SLEEP, "crash": "raise SystemExit(3)"}


def stand_ins(options: Options, environment: Mapping[str, str]) -> list[Child]:
    def child(name: str, *command: str) -> Child:
        log, pid_file = options.log_dir / f"{name}.log", options.run_dir / f"{name}.pid"
        return Child(
            name,
            lambda: Program(
                [sys.executable, "-c", *command],
                cwd=options.root,
                environment=environment,
                log=log,
                pid_file=pid_file,
            ),
            log,
        )

    web = child("web", WEB, str(options.port))
    web.is_ready = lambda: answers(options)
    return [web, child("worker", WORKERS[sys.argv[1]])]


if __name__ == "__main__":
    # Whoever runs the tests under nohup hands down that a closed terminal is ignored.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    sys.exit(run_up(programs=stand_ins, first_steps=lambda *_: None))

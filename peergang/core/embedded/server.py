"""A running server, and how it is stopped."""

import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from peergang.core.embedded.places import FolderLock


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs as our child.

    `url` is what the application connects with; `created` says that the data is new.
    """

    url: str
    process: "subprocess.Popen[bytes]"
    data_dir: Path
    sockets: Path
    lock: FolderLock
    stop_signal: signal.Signals
    created: bool = False

    @property
    def pid(self) -> int:
        """The server's process id."""
        return self.process.pid

    def poll(self) -> int | None:
        """Give the exit code once the server has ended, else None."""
        return self.process.poll()

    def stop(self, patience: float = 20.0) -> None:
        """End the server in order, by force after `patience` seconds, and free its folder. Doing it twice is fine."""
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        (self.data_dir / "server.pid").unlink(missing_ok=True)
        shutil.rmtree(self.sockets, ignore_errors=True)  # It may lie under the system's temporary folder.
        self.lock.release()


@dataclass(frozen=True, slots=True)
class RedisServer(Server):
    """A running Valkey: `url` is the form Celery reads, `client_url` the form redis-py reads."""

    client_url: str = ""

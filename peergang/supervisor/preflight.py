"""What is looked at before anything starts: each trouble becomes one sentence with its remedy."""

import fcntl
import os
import shutil
import socket
import time

from peergang.supervisor.errors import UpError
from peergang.supervisor.options import Options

_LEAST_FREE_MEGABYTES = 300


def prepare_var(options: Options) -> None:
    """Make the folders under var/ and see that they can be written.

    Raises:
        UpError: they cannot, or the disk is nearly full.
    """
    try:
        for folder in (options.var, options.run_dir, options.log_dir, options.var / "mail"):
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / f".write-{os.getpid()}"
            probe.write_bytes(b"x" * 4096)
            probe.unlink()
    except OSError as error:
        raise UpError(
            f"{options.var} cannot be written ({error.strerror}); start as the user who owns it, "
            "make room on the disk, or set PEERGANG_VAR to another folder."
        ) from None
    free = shutil.disk_usage(options.var).free // 2**20
    if free < _LEAST_FREE_MEGABYTES:
        raise UpError(
            f"The disk with {options.var} has only {free} MB left and Peergang wants {_LEAST_FREE_MEGABYTES} MB; "
            "make room or set PEERGANG_VAR to a folder on another disk."
        )


class UpLock:
    """The lock that allows one run per var/. The kernel drops it when its holder dies, by whatever cause."""

    def __init__(self, options: Options) -> None:
        """Take the lock at once.

        Raises:
            UpError: another run holds it; the sentence says where that one is.
        """
        path = options.run_dir / "up.lock"
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(self._handle, 200, 0).decode(errors="replace").strip()
            os.close(self._handle)
            raise UpError(
                f"Peergang already runs here ({holder or 'just started'}); "
                "use that one, or stop it with Ctrl-C before starting again."
            ) from None
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, f"process {os.getpid()}, {options.address}\n".encode(), 0)

    def release(self) -> None:
        """Let the next run start."""
        os.close(self._handle)


def check_port(options: Options, patience: float = 3.0) -> None:
    """See that the port is free; the web server of a run that was killed may need a moment to go.

    Raises:
        UpError: another program has it, or this machine does not own the address.
    """
    deadline = time.monotonic() + patience
    while True:
        family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((options.host, options.port))
                return
            except OSError as error:
                reason = error.strerror
        if time.monotonic() > deadline:
            raise UpError(
                f"Port {options.port} on {options.host} cannot be used ({reason}); stop the program that has it, "
                f"or choose another port: PEERGANG_PORT={options.port % 65535 + 1} make run."
            )
        time.sleep(0.1)

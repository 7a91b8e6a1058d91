"""Where things lie: the lock of a data folder, a path short enough for a socket, and folders another user can reach."""

import fcntl
import hashlib
import os
import re
import stat
import tempfile
from pathlib import Path

from peergang.core.embedded.errors import EmbeddedError

# The kernel keeps about 107 bytes for a socket's path and PostgreSQL appends "/.s.PGSQL.5432" to the folder.
_LONGEST_SOCKET_FOLDER = 80
# Commas, spaces and @ mean something to PostgreSQL, to libpq or to Celery's addresses.
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")


class FolderLock:
    """A lock on a folder that the kernel drops when its holder dies, so that kill -9 leaves nothing to clean up."""

    def __init__(self, folder: Path) -> None:
        """Take the lock at once.

        Raises:
            EmbeddedError: another living process holds it.
        """
        handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            raise EmbeddedError(f"{folder} is in use by another run; stop that one first.") from None
        self._handle: int | None = handle

    def release(self) -> None:
        """Give the folder free. Doing it twice is fine."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def short_name(path: Path) -> str:
    """Give a short name that is always the same for the same place."""
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:12]


def socket_folder(data_dir: Path, uid: int, gid: int) -> Path:
    """Give an empty folder for a server's socket that only user `uid` may enter.

    It lies in the data folder where the path is short and plain, else under the system's folder for temporary files.

    Raises:
        EmbeddedError: somebody else took the name under the temporary folder.
    """
    inside = data_dir / "run"
    plain = _PLAIN_PATH.fullmatch(str(inside)) and len(str(inside)) <= _LONGEST_SOCKET_FOLDER
    folder = inside if plain else Path(tempfile.gettempdir()) / f"peergang-{uid}-{short_name(data_dir)}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (uid, os.geteuid()):
        raise EmbeddedError(f"{folder} belongs to somebody else; remove it and start again.")
    # What lies here after kill -9 is stale, because the caller holds the lock of the data folder.
    for entry in folder.iterdir():
        entry.unlink()
    if found.st_uid != uid:
        os.chown(folder, uid, gid)
    folder.chmod(0o700)
    return folder


def is_reachable(path: Path, uid: int, gid: int) -> bool:
    """Whether user `uid` may walk down to `path`, judged by the permission bits of every folder above it."""
    for folder in path.resolve().parents:
        found = folder.stat()
        if found.st_uid == uid:
            needed = stat.S_IXUSR
        elif found.st_gid == gid:
            needed = stat.S_IXGRP
        else:
            needed = stat.S_IXOTH
        if not found.st_mode & needed:
            return False
    return True

"""Files that people add, kept apart from the database: in a folder, or wherever fsspec has a driver for.

A file lies under a random name that says nothing about it, and is there whole or not at all. What a file is called and whose
it is, is written in the database alone.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import IO, Any, NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

import structlog

log = structlog.get_logger(__name__)

CHUNK = 256 * 1024
UNFINISHED = ".unfinished"
"""The folder of what is being written: a name in it never becomes a key."""


class StorageError(Exception):
    """The place for files cannot be used. The message says what would be right."""


class FileMissing(Exception):
    """There is no file under this key (any more)."""


class Kept(NamedTuple):
    """A file that is there, and since when."""

    key: str
    since: datetime


def new_key() -> str:
    """A key that no file has."""
    return uuid4().hex


def is_folder(url: str) -> bool:
    """Whether `url` is a folder of this machine."""
    return "://" not in url or url.startswith("file://")


class Files:
    """The files of one installation. Threads may share it."""

    def __init__(self, url: str) -> None:
        """Find the driver; nothing is touched yet.

        Raises:
            StorageError: when `url` names a kind of place that this installation has no driver for.
        """
        from fsspec.core import url_to_fs  # a tenth of a second that a command without files does not pay

        try:
            self._system, root = url_to_fs(url)
        except ImportError as error:
            raise StorageError(f"no driver for {urlsplit(url).scheme}:// is installed ({error})") from None
        except ValueError as error:
            raise StorageError(f"{urlsplit(url).scheme}:// is no place for files ({error})") from None
        self._root = str(root).rstrip("/")
        self._is_folder = is_folder(url)

    def put(self, content: IO[bytes], key: str = "") -> str:
        """Keep what `content` holds from where it stands, and give the key: a new one, or the `new_key` that was written down
        before. A crash leaves no half file under a key.
        """
        key = key or new_key()
        if not self._is_folder:
            # An object is there when its last part has arrived, and not before.
            self._write(self._path(key), content)
            return key
        self._make_folders(key)
        unfinished = f"{self._root}/{UNFINISHED}/{key}"
        try:
            self._write(unfinished, content)
            os.replace(unfinished, self._path(key))  # noqa: PTH105 fsspec's own move copies when it fails
        except BaseException:
            with suppress(OSError):
                self._system.rm_file(unfinished)
            raise
        return key

    def open(self, key: str) -> IO[bytes]:
        """The file under `key`, to read and close.

        Raises:
            FileMissing: when it is not there.
        """
        try:
            handle: IO[bytes] = self._system.open(self._path(key), "rb")
        except FileNotFoundError:
            raise FileMissing(key) from None
        return handle

    def delete(self, keys: Iterable[str]) -> int:
        """Remove files; one that is gone already is fine. A place that is away is logged: the nightly cleaning tries again.

        Returns:
            How many were removed.
        """
        count = 0
        for key in keys:
            try:
                self._system.rm_file(self._path(key))
                count += 1
            except FileNotFoundError:
                continue
            except OSError as error:
                log.warning("file_not_removed", error=type(error).__name__)
        return count

    def walk(self) -> Iterator[Kept]:
        """Every file, and those that were never finished, in no order."""
        with suppress(FileNotFoundError):
            for path, facts in self._system.find(self._root, detail=True).items():
                yield Kept(path.rpartition("/")[2], _since(facts))

    def delete_unfinished(self, before: datetime) -> None:
        """Remove what a crash left half-written."""
        folder = f"{self._root}/{UNFINISHED}"
        with suppress(FileNotFoundError):
            for path, facts in self._system.find(folder, detail=True).items():
                if _since(facts) < before:
                    self._system.rm_file(path)

    def _path(self, key: str) -> str:
        # Keys are ours, and a key that is not must not lead out of the folder.
        if len(key) != 32 or not key.isalnum():
            raise FileMissing(key)
        return f"{self._root}/{key[:2]}/{key}"

    def _make_folders(self, key: str) -> None:
        for name in (self._root, f"{self._root}/{UNFINISHED}", f"{self._root}/{key[:2]}"):
            os.makedirs(name, mode=0o700, exist_ok=True)  # noqa: PTH103 paths come from fsspec as text

    def _write(self, path: str, content: IO[bytes]) -> None:
        with self._system.open(path, "wb") as target:
            while chunk := content.read(CHUNK):
                target.write(chunk)
            if self._is_folder:
                target.flush()
                os.fsync(target.fileno())
                os.fchmod(target.fileno(), 0o600)


def _since(facts: dict[str, Any]) -> datetime:
    """When a file was written, as each driver says it in its own way; unknown is now, so that nothing is thrown away."""
    for name in ("mtime", "LastModified", "last_modified", "updated", "created"):
        found = facts.get(name)
        if isinstance(found, int | float):
            return datetime.fromtimestamp(found, UTC)
        if isinstance(found, datetime):
            return found if found.tzinfo else found.replace(tzinfo=UTC)
    return datetime.max.replace(tzinfo=UTC)


def find_problem(url: str) -> str:
    """What is wrong with `url` as a place for files; empty when it can be used."""
    if not url:
        return "it must be a folder, or an address such as s3://bucket/folder"
    if is_folder(url):
        return ""
    try:
        Files(url)
    except StorageError as error:
        return str(error)
    return ""

"""Files lie in a folder whole or not at all, readable by their owner alone."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from stat import S_IMODE

import pytest

from peergang.core.config import ConfigError, load_settings
from peergang.core.storage import UNFINISHED, FileMissing, Files, StorageError, find_problem

TOMORROW = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture(params=["folder", "file", "memory"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    urls = {
        "folder": str(tmp_path / "met spatie" / "files"),
        "file": f"file://{tmp_path}/files",
        "memory": f"memory://{tmp_path.name}",
    }
    return Files(urls[request.param])


def read(files: Files, key: str) -> bytes:
    with files.open(key) as handle:
        return handle.read()


def test_what_is_put_is_there_until_it_is_deleted(files: Files) -> None:
    assert list(files.walk()) == []
    first, second = files.put(io.BytesIO(b"een" * 400_000)), files.put(io.BytesIO(b"een" * 400_000))
    assert first != second, "a name says nothing about what is in it"
    assert read(files, first) == b"een" * 400_000
    assert {one.key for one in files.walk()} == {first, second}
    assert all(one.since < TOMORROW for one in files.walk())
    assert files.delete([first, first]) == 1
    assert read(files, second)
    with pytest.raises(FileMissing):
        files.open(first)


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "a/../../b", "x" * 31 + "/", "0" * 33])
def test_a_key_that_is_none_leads_nowhere(files: Files, key: str) -> None:
    with pytest.raises(FileMissing):
        files.open(key)


class Broken(io.BytesIO):
    """The connection drops after the first part."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell():
            raise ConnectionError
        return super().read(10)


def test_half_a_file_is_no_file(tmp_path: Path) -> None:
    files = Files(str(tmp_path / "files"))
    with pytest.raises(ConnectionError):
        files.put(Broken(b"x" * 100))
    assert list(files.walk()) == []


def test_what_a_crash_left_half_written_is_cleaned_up(tmp_path: Path) -> None:
    files = Files(str(tmp_path / "files"))
    kept = files.put(io.BytesIO(b"heel"))
    half = tmp_path / "files" / UNFINISHED / ("0" * 32)
    half.write_bytes(b"half")
    with pytest.raises(FileMissing):
        files.open(half.name)
    files.delete_unfinished(datetime.now(UTC) - timedelta(days=1))
    assert half.exists(), "it may be on its way"
    files.delete_unfinished(TOMORROW)
    assert not half.exists()
    assert read(files, kept) == b"heel"


def test_nobody_else_on_the_machine_reads_them(tmp_path: Path) -> None:
    files = Files(str(tmp_path / "files"))
    files.put(io.BytesIO(b"x"))
    for path in [tmp_path / "files", *(tmp_path / "files").rglob("*")]:
        assert S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_driver_that_is_not_there_stops_the_start_and_says_so() -> None:
    with pytest.raises(StorageError, match="s3fs"):
        Files("s3://bucket/folder")
    assert "no place for files" in find_problem("nonsense://x")
    assert find_problem("")
    values = {
        "PEERGANG_ENV": "test",
        "PEERGANG_DATABASE_URL": "postgresql+psycopg:///x",
        "PEERGANG_REDIS_URL": "redis://x",
        "PEERGANG_PUBLIC_URL": "http://peergang.test",
    }
    with pytest.raises(ConfigError, match=r"PEERGANG_FILES_URL .*s3fs"):
        load_settings(values | {"PEERGANG_FILES_URL": "s3://bucket"})
    assert load_settings(values | {"PEERGANG_VAR": "/data"}).files_url == "/data/files"
    assert load_settings(values).files_url == "var/files"

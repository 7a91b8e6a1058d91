"""The movable clock of the demo, which several processes read while one moves it."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from peergang.core import clock


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "clock-offset"
    clock.use_offset_file(path)
    yield path
    clock.use_offset_file(None)


def test_every_process_sees_the_same_moved_clock(file: Path) -> None:
    assert clock.offset() == timedelta()
    clock.advance(timedelta(days=3))
    clock.advance(timedelta(hours=1))
    assert clock.offset() == timedelta(days=3, hours=1)
    clock.use_offset_file(file)
    assert clock.offset() == timedelta(days=3, hours=1)
    assert [one.name for one in file.parent.iterdir()] == ["clock-offset"], "nothing is left beside it"


@pytest.mark.parametrize("content", ["", "half a numb", "nan", "1e400"])
def test_a_file_that_cannot_be_read_leaves_the_clock_where_it_was(file: Path, content: str) -> None:
    clock.advance(timedelta(days=30))
    file.write_text(content)
    assert clock.offset() == timedelta(days=30), "time must not jump back a month for one reading"
    file.unlink()
    assert clock.offset() == timedelta(days=30)


@pytest.mark.slow
def test_whoever_reads_while_it_is_moved_sees_the_old_or_the_new(file: Path) -> None:
    clock.advance(timedelta(seconds=1000))
    seen: set[str] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add(file.read_text())

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(300):
        clock.advance(timedelta(seconds=1))
    done.set()
    reader.join()
    assert all(float(one) >= 1000 for one in seen)


def test_outside_the_demo_time_cannot_be_moved() -> None:
    clock.use_offset_file(None)
    with pytest.raises(RuntimeError):
        clock.advance(timedelta(days=1))

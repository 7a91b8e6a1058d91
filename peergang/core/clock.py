"""The only place that reads the clock. Times are aware and in UTC; people see Europe/Amsterdam."""

import os
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

_offset_file: Path | None = None
_last_offset = timedelta()


def use_offset_file(path: Path | None) -> None:
    """Let the demo move time: `path` holds a number of seconds that is added to every reading.

    Every process of the demo reads the same small file, so web, worker and beat agree on "today".
    """
    global _offset_file, _last_offset
    _offset_file, _last_offset = path, timedelta()


def offset() -> timedelta:
    """How far the demo's clock runs ahead; zero without a file. One that cannot be read changes nothing: time must not jump
    back for a single reading.
    """
    global _last_offset
    if _offset_file is None:
        return timedelta()
    with suppress(OSError, ValueError, OverflowError):
        _last_offset = timedelta(seconds=float(_offset_file.read_text()))
    return _last_offset


def advance(by: timedelta) -> None:
    """Move the demo's clock `by` further ahead.

    Raises:
        RuntimeError: when no offset file is configured, which is so everywhere outside the demo.
    """
    global _last_offset
    if _offset_file is None:
        raise RuntimeError("Only a demo has a movable clock: set PEERGANG_CLOCK_FILE.")
    total = offset() + by
    # Written beside it and renamed, so that no process ever reads half a number.
    unfinished = _offset_file.with_name(f"{_offset_file.name}.{os.getpid()}.new")
    unfinished.write_text(str(total.total_seconds()))
    unfinished.replace(_offset_file)
    _last_offset = total


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return datetime.now(UTC) + offset()


def local(moment: datetime) -> datetime:
    """`moment` on the wall clock in Amsterdam."""
    return moment.astimezone(AMSTERDAM)


def local_date(moment: datetime) -> date:
    """The calendar day in Amsterdam at `moment`."""
    return moment.astimezone(AMSTERDAM).date()


def at_local(day: date, at: time) -> datetime:
    """The moment in UTC at which the wall clock in Amsterdam shows `at` on `day`.

    A time that the clock skips in March moves an hour on; of a time that comes twice in October the first counts.
    """
    return datetime.combine(day, at, tzinfo=AMSTERDAM).astimezone(UTC)


def start_of_day(day: date) -> datetime:
    """Midnight in Amsterdam at the start of `day`, in UTC."""
    return at_local(day, time(0, 0))

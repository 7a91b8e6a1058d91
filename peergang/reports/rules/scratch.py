"""Where a workbook stands while it is made: a folder that nobody else reads, and that goes also when its worker was killed."""

import shutil
import tempfile
from pathlib import Path

from peergang.reports.rules.states import LEASE, LONGEST

PREFIX = "peergang-report-"


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder for as long as one workbook is written."""
    return tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True)


def remove_left() -> None:
    """Remove what killed workers of this machine left. By the clock that dates its folders, which is not ours."""
    with scratch() as fresh:
        over = Path(fresh).stat().st_mtime - 2 * (LONGEST + LEASE).total_seconds()
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            is_left = folder.lstat().st_mtime < over
        except FileNotFoundError:
            continue
        if is_left:
            shutil.rmtree(folder, ignore_errors=True)

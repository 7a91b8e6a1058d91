"""Whether one more file fits."""

from peergang.core.errors import Invalid
from peergang.coursework.rules.files.kinds import MAX_FILES, MAX_KEPT, MAX_TOTAL


def check_room(files: int, total: int, kept: int, size: int) -> None:
    """See that a file of `size` bytes can join: `files` of `total` bytes go along, `kept` were ever added and still lie there.

    Raises:
        Invalid: `file`: `too_many`, `total_too_large` or `too_many_kept`.
    """
    if files >= MAX_FILES:
        raise Invalid({"file": "too_many"})
    if total + size > MAX_TOTAL:
        raise Invalid({"file": "total_too_large"})
    if kept >= MAX_KEPT:
        raise Invalid({"file": "too_many_kept"})

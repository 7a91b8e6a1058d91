"""A file as a table of text, whatever made it: numbered rows, and what can be wrong with a file as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from peergang.core.errors import Invalid

MOST_ROWS = 5000
MOST_COLUMNS = 60
"""What stands further to the right is no list of participants."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row that holds something, with the number that the spreadsheet shows beside it."""

    number: int
    cells: tuple[str, ...]


class Unreadable(Invalid):
    """The file as a whole cannot be used. `code` says why, `lacking` names the columns that were not found.

    `lines` holds the table when somebody could still say which column is which.
    """

    def __init__(
        self,
        code: str,
        lacking: Sequence[str] = (),
        seen: Sequence[str] = (),
        lines: Sequence[Line] = (),
    ) -> None:
        super().__init__({"file": code})
        self.code = code
        self.lacking = tuple(lacking)
        self.seen = tuple(seen)
        self.lines = tuple(lines)

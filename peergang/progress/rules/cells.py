"""The figures of a network as one text: thousands of rows that a process mostly has seen already."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple


class Cell(NamedTuple):
    """An institution in a cohort; the columns of `list_cells`, in their order. The text does not tell the last one."""

    institution_id: str
    institution_name: str
    aliases: str
    brin: str
    cohort_id: str
    people: int
    present: int
    recorded: int
    last_present: int
    last_recorded: int
    completed: int
    required: int
    on_time: int
    handed_in: int
    due: int
    last_active: datetime | None = None


def read_cells(text: str) -> Sequence[Cell]:
    """The cells in what `read_cells_text` gave: a JSON array of arrays."""
    return [Cell(*figures) for figures in json.loads(text)]

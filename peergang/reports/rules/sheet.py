"""A table on its way to a file, whatever the kind of file: a head, typed columns, and rows that come one by one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

Value = str | int | Decimal | date | datetime | None
Row = Sequence[Value]


class Shape(StrEnum):
    """What the cells of a column are."""

    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    DECIMAL = "decimal"
    DATE = "date"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what stands above it, what its cells are and, where that is not plain, what they mean."""

    heading: str
    shape: Shape = Shape.NUMBER
    means: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A table as it goes into a file.

    Attributes:
        title: what it is about.
        about: the filter in words, as (choice, value).
        columns: the columns.
        total: how many rows there will be, for the progress bar.
        rows: the rows, made while they are asked for.
        stem: the beginning of the name of the file.
        figures: what a mail about it says, by the key that the kind has words for.
        people: who is named in it; filled while the rows are read.
    """

    title: str
    about: Sequence[tuple[str, str]]
    columns: Sequence[Column]
    total: int
    rows: Iterable[Row]
    stem: str
    figures: Mapping[str, int | None] = field(default_factory=dict)
    people: set[UUID] = field(default_factory=set)

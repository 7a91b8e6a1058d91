"""A table as a file that a spreadsheet in the Netherlands opens with a double click."""

import csv
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import StringIO
from typing import Any, TextIO

BOM = "\ufeff"
"""In front of a file for people, or Excel spoils the accents."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

Value = str | int | Decimal | None


def defuse(value: Value) -> str:
    """`value` as text that no spreadsheet takes for a formula: the name of a school must not start a program."""
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    text = "" if value is None else str(value)
    if isinstance(value, str) and text.lstrip(" \u00a0").startswith(_FORMULA):
        return f"'{text}"
    return text


def csv_writer(target: TextIO) -> Any:
    """The writer of the standard library, with semicolons, because the comma is the decimal sign here."""
    return csv.writer(target, delimiter=";", lineterminator="\r\n")


def to_csv(rows: Iterable[Sequence[Value]]) -> bytes:
    """Rows as a file for people: UTF-8 with BOM, without formulas."""
    text = StringIO()
    csv_writer(text).writerows([defuse(value) for value in row] for row in rows)
    return (BOM + text.getvalue()).encode()

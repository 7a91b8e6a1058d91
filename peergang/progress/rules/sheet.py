"""A table as a file that a spreadsheet in the Netherlands opens with a double click."""

import csv
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import StringIO

BOM = "\ufeff"
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


def to_csv(rows: Iterable[Sequence[Value]]) -> bytes:
    """Rows as CSV: semicolons, because the comma is the decimal sign here; UTF-8 with BOM, or Excel spoils the accents."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([defuse(value) for value in row] for row in rows)
    return (BOM + text.getvalue()).encode()

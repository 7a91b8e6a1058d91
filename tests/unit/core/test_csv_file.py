"""Files for spreadsheets: nothing in them starts a program, and numbers are as they are written here."""

import csv
from decimal import Decimal
from io import StringIO

from hypothesis import given, strategies as st

from peergang.core.csv_file import BOM, to_csv


@given(st.text(max_size=20))
def test_no_cell_of_a_file_is_a_formula(text: str) -> None:
    body = to_csv([[text, 5, None]]).decode("utf-8-sig")
    (row,) = csv.reader(StringIO(body, newline=""), delimiter=";")
    assert row[1:] == ["5", ""]
    assert not row[0].lstrip(" \u00a0").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert row[0].removeprefix("'") == text.removeprefix("'")


def test_a_file_opens_with_a_double_click() -> None:
    body = to_csv([["Zuid-Één; de Brug", Decimal("-1234.50"), -3]]).decode()
    assert body == BOM + '"Zuid-Één; de Brug";-1234,50;-3\r\n'

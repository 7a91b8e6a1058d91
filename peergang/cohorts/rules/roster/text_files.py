"""CSV as spreadsheets write it: three separators, four encodings, and Excel's own first line."""

import csv
import io
import re

from peergang.cohorts.rules.roster.columns import HEADER_WITHIN, recognise
from peergang.cohorts.rules.roster.tables import MOST_COLUMNS, Line, Unreadable

DELIMITERS = (";", ",", "\t")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_text(content: bytes) -> list[Line]:
    """The rows of a text file that hold something.

    Raises:
        Unreadable: web_page or not_csv.
    """
    text = decode(content)
    if re.match(r"\s*<(!doctype|html|table|\?xml)", text[:200], re.IGNORECASE):
        raise Unreadable("web_page")
    return [
        Line(number, tuple(cells[:MOST_COLUMNS]))
        for number, cells in enumerate(_records(text), start=1)
        if any(cell.strip() for cell in cells)
    ]


def decode(content: bytes) -> str:
    """The text of a file in UTF-8 (with or without BOM), UTF-16 (with BOM, or seen by its zeros), or else Windows-1252.

    Raises:
        Unreadable: not_csv.
    """
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text):
            break
        return text
    raise Unreadable("not_csv")


def _encodings(content: bytes) -> tuple[str, ...]:
    if content.startswith(_UTF16_MARKS):
        return ("utf-16",)
    # Without a mark, every second byte of Dutch words in UTF-16 is a zero.
    for encoding, zeros in (("utf-16-le", content[1:200:2]), ("utf-16-be", content[:200:2])):
        if len(zeros) > 4 and not any(zeros):
            return (encoding,)
    return ("utf-8-sig", "cp1252")


def _records(text: str) -> list[list[str]]:
    lines = text.splitlines()
    if lines and lines[0].lower().startswith("sep="):
        # Excel writes its separator on a line of its own, which it does not show as a row.
        text = text.split("\n", 1)[1] if "\n" in text else ""
    best: tuple[tuple[int, int], list[list[str]]] = ((-1, 0), [])
    for delimiter in DELIMITERS:
        try:
            records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        except csv.Error:
            continue
        score = (
            max((len(recognise(cells)) for cells in records[:HEADER_WITHIN]), default=0),
            max((len(cells) for cells in records[:HEADER_WITHIN]), default=0),
        )
        if score > best[0]:
            best = score, records
    if best[0][0] < 0:
        raise Unreadable("not_csv")
    return best[1]

"""Workbooks that are broken, locked or meant to hurt."""

import io
import re
import time
import tracemalloc
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings, strategies as st
from openpyxl import Workbook

from peergang.cohorts.rules.roster.reading import read_roster
from peergang.cohorts.rules.roster.tables import MOST_ROWS, Unreadable


def packed(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return target.getvalue()


def saved(*rows) -> bytes:
    book, target = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    book.save(target)
    return target.getvalue()


HEADER = ("Naam", "E-mail", "Instelling")


def replaced(content: bytes, part: str, new: bytes) -> bytes:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book,
    ):
        for name in old.namelist():
            book.writestr(name, new if name == part else old.read(name))
    return target.getvalue()


def repeated(header, row, times) -> bytes:
    """The header, and `times` the same row; put together as text, because writing thousands takes seconds."""
    part, book = "xl/worksheets/sheet1.xml", saved(header, row)
    with zipfile.ZipFile(io.BytesIO(book)) as opened:
        before, line, after = re.split(rb'(<row r="2".*?</row>)', opened.read(part))
    return replaced(book, part, before + b"".join(renumbered(line, n) for n in range(2, times + 2)) + after)


def renumbered(line: bytes, number: int) -> bytes:
    return re.sub(rb'(r="[A-Z]?)2"', rb'\g<1>%d"' % number, line)


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12))
    + b"]><worksheet><sheetData><row><c t='str'><v>&m;</v></c></row></sheetData></worksheet>"
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (OLE + "Workbook".encode("utf-16-le"), "xls"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "locked"),
        (packed(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "ods"),
        (packed(**{"[Content_Types].xml": b"x", "xl/workbook.bin": b"x"}), "xls"),
        (packed(**{"[Content_Types].xml": b"x", "word/document.xml": b"x"}), "spreadsheet"),
        (packed(**{"[Content_Types].xml": b"<broken", "xl/workbook.xml": b"<"}), "spreadsheet"),
        (packed(**{"xl/worksheets/sheet1.xml": b" " * 60_000_000}), "too_large_inside"),
        (packed(**{"xl/sharedStrings.xml": b" " * 20_000_000}), "too_large_inside"),
        (packed(**{f"part{n}": b"" for n in range(3000)}), "too_large_inside"),
        (replaced(saved(HEADER), "xl/worksheets/sheet1.xml", LAUGHS), "spreadsheet"),
        (repeated(HEADER, ("Jan", "j@b.example", "ROC"), MOST_ROWS + 1), "too_many_rows"),
        (saved(HEADER), "no_rows"),
        (saved(), "empty"),
        (saved(("a", "b", "c")), "not_csv"),
    ],
)
def test_each_gets_one_reason_in_little_time_and_memory(content, code):
    begin = time.process_time()
    tracemalloc.start()
    with pytest.raises(Unreadable) as refused:
        read_roster(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.code == code
    assert peak < 60_000_000
    assert time.process_time() - begin < 10


SHEET, MANY = "xl/worksheets/sheet1.xml", 2_300_000


def with_sheet_among_pictures(sheet: bytes) -> bytes:
    """A workbook whose sheet stands where only pictures are expected, which weigh nothing because nobody reads them."""
    book, target = saved(HEADER), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name).replace(b"worksheets/sheet1.xml", b"media/picture.png")
            new.writestr(
                "xl/media/picture.png" if name == SHEET else name, sheet if name == SHEET else content
            )
    return target.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (
            replaced(
                saved(HEADER),
                "xl/styles.xml",
                b"<styleSheet><cellXfs>" + b"<xf/>" * MANY + b"</cellXfs></styleSheet>",
            ),
            "too_large_inside",
        ),
        (
            replaced(saved(HEADER), SHEET, b"<worksheet><sheetData>" + b"<row/>" * 3 * MANY),
            "too_large_inside",
        ),
        (with_sheet_among_pictures(b" " * 60_000_000 + b"<worksheet/>"), "too_large_inside"),
        (with_sheet_among_pictures(b"<worksheet>" + b"<row/>" * 3 * MANY), "too_large_inside"),
        (with_sheet_among_pictures(LAUGHS), "spreadsheet"),
        (replaced(saved(HEADER), SHEET, b"<!--" + b" " * 100_000 + b"-->" + LAUGHS[21:]), "spreadsheet"),
    ],
    ids=(
        "formats",
        "empty rows",
        "a heavy picture",
        "rows in a picture",
        "words in a picture",
        "words far on",
    ),
)
def test_a_small_file_does_not_become_a_large_one(content, code):
    """Twenty kilobytes of formats took a minute and a gigabyte and a half."""
    assert len(content) < 100_000
    test_each_gets_one_reason_in_little_time_and_memory(content, code)


def test_pictures_weigh_nothing():
    target = io.BytesIO(saved(HEADER, ("Jan Jansen", "j@b.example", "ROC")))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/media/logo.bmp", b"BM" + b"<" * 50_000_000)
    assert len(read_roster(target.getvalue())) == 1


@pytest.mark.slow
def test_a_size_that_is_a_lie_does_not_help():
    content = packed(**{"[Content_Types].xml": b"x", "xl/worksheets/sheet1.xml": b" " * 60_000_000})
    lie = content.replace((60_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lie != content
    with pytest.raises(Unreadable):
        read_roster(lie)


GOOD = saved(HEADER, ("Jan Jansen", "j@b.example", "ROC"), ("Aya Ster", "a@b.example", "ROC"))


@pytest.mark.slow
@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=8))
@settings(max_examples=150)
def test_a_damaged_workbook_gives_rows_or_a_reason(at, bytes_):
    content = GOOD[:at] + bytes_ + GOOD[at + len(bytes_) :]
    with suppress(Unreadable):
        assert read_roster(content)


@given(
    st.sampled_from([b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe", b"\xfe\xff"]), st.binary(max_size=400)
)
def test_what_only_begins_like_one_gives_a_reason(mark, rest):
    with pytest.raises(Unreadable):
        read_roster(mark + rest)


def test_a_formula_counts_for_what_it_came_to_and_is_not_run():
    rows = read_roster(saved(HEADER, ("=1+1", "j@b.example", "ROC")))
    assert rows[0]["given_name"] == ""

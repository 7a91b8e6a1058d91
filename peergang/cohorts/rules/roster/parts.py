"""What a workbook holds before anybody unpacks it for good: a small file can hold gigabytes, or a million formats."""

import zipfile

from peergang.cohorts.rules.roster.tables import Unreadable

MOST_PARTS = 2_000
MOST_XML = 48 * 1024 * 1024
MOST_SHARED_XML = 12 * 1024 * 1024
"""Of what is read as a whole: the texts that cells share, the styles, the list of sheets."""
MOST_TAGS = {"xl/worksheets/": 3_000_000, "xl/styles.xml": 100_000, "": 1_000_000}
"""By how the name of a part begins. Each becomes an object, so they cost more than bytes do: twenty kilobytes of nothing but
formats took a minute and a gigabyte.
"""
CHUNK = 64 * 1024
_MARKS = b"\0\xef\xbb\xbf\xff\xfe \t\r\n"
_ENTITIES = (b"<!DOCTYPE", b"<!ENTITY")


def weigh(book: zipfile.ZipFile) -> None:
    """Refuse what would unpack to too much. Python's reader stops at the size that is declared, so lying does not help.

    Raises:
        Unreadable: too_large_inside; spreadsheet when it holds entities, which no spreadsheet program writes: words that
            grow when they are read.
    """
    if len(book.infolist()) > MOST_PARTS:
        raise Unreadable("too_large_inside")
    written = [part for part in book.infolist() if not _is_picture(book, part)]
    sheets = sum(part.file_size for part in written if part.filename.startswith("xl/worksheets/"))
    shared = sum(part.file_size for part in written) - sheets
    if sheets > MOST_XML or shared > MOST_SHARED_XML:
        raise Unreadable("too_large_inside")
    for part in written:
        _count_tags(book, part)


def _is_picture(book: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Pictures are not read, so they weigh nothing; a name alone makes none, because a sheet may be called anything."""
    if not part.filename.startswith("xl/media/"):
        return False
    with book.open(part) as content:
        head = content.read(CHUNK).strip(_MARKS)
    return bool(head) and not head.startswith(b"<")


def _count_tags(book: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    room = next(most for begin, most in MOST_TAGS.items() if part.filename.startswith(begin))
    before = b""
    with book.open(part) as content:
        while raw := content.read(CHUNK):
            # UTF-16 is the same words with zeros between them.
            chunk = raw.replace(b"\0", b"")
            room -= chunk.count(b"<")
            if room < 0:
                raise Unreadable("too_large_inside")
            # A word that stands across two chunks is one as well.
            if any(word in before + chunk for word in _ENTITIES):
                raise Unreadable("spreadsheet")
            before = chunk[-9:]

"""What a file is, judged by its content alone: neither its name nor what the browser says about it is believed."""

import io
import zipfile

import puremagic

from peergang.core.errors import Invalid
from peergang.coursework.rules.files.documents import MARKUP, check_pdf
from peergang.coursework.rules.files.kinds import JPEG, MAX_SIZE, PNG, WEBP, CheckedFile, Kind
from peergang.coursework.rules.files.office import check_office
from peergang.coursework.rules.files.photos import draw_anew

_PHOTOS = ((b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEIC = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}


def check_file(content: bytes) -> CheckedFile:
    """What may be kept of `content`.

    Raises:
        Invalid: `file` with a code of labels/attachments.py: why it may not be kept.
    """
    if not content:
        raise Invalid({"file": "empty_file"})
    if len(content) > MAX_SIZE:
        raise Invalid({"file": "too_large"})
    photo = _photo_kind(content)
    if photo is not None:
        _check_one_kind(content, photo)
        return draw_anew(content, photo)
    if content.startswith(b"%PDF-"):
        return check_pdf(content)
    if content.startswith(b"PK\x03\x04"):
        return check_office(content)
    raise Invalid({"file": _why_not(content)})


def _photo_kind(content: bytes) -> Kind | None:
    for beginning, kind in _PHOTOS:
        if content.startswith(beginning):
            return kind
    return WEBP if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else None


def _check_one_kind(content: bytes, kind: Kind) -> None:
    """A photo that is a page, a script or a zip as well was made to deceive somebody."""
    second = {one.extension.lstrip(".") for one in puremagic.magic_string(content)}
    if MARKUP.search(content) or not second & set(kind.endings) or zipfile.is_zipfile(io.BytesIO(content)):
        raise Invalid({"file": "mixed"})


def _why_not(content: bytes) -> str:
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        return "heic"
    if content.startswith(_OLE):
        return "old_office"
    return "unknown"

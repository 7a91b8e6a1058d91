"""Office files are zips. Which one it is, is said inside; who wrote it is taken out; macros and bombs stay outside."""

import io
import re
import zipfile
from xml.etree import ElementTree as ET

from peergang.core.errors import Invalid
from peergang.coursework.rules.files.kinds import MEGABYTE, OFFICE_XML, OPEN_DOCUMENT, CheckedFile, Kind

MAX_ENTRIES = 3000
MAX_INSIDE = 100 * MEGABYTE
"""Unpacked, all of it together."""

MAX_RATIO = 250
"""Of unpacked to packed, from a megabyte on. Office files stay under a hundred; a bomb has a thousand."""

MAX_PART = 2 * MEGABYTE
CONTENT_TYPES = "[Content_Types].xml"
_MAIN = {f"{kind.media_type}.main+xml": kind for kind in OFFICE_XML}
_OPEN = {kind.media_type: kind for kind in OPEN_DOCUMENT}
_NAMESPACE = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_MACROS = re.compile(
    r"(^|/)(vbaProject|vbaData)[^/]*$|^(Basic|Scripts)/|(^|/)(macrosheets|activeX)/", re.IGNORECASE
)
_WHO = {"docProps/core.xml", "docProps/app.xml", "docProps/custom.xml", "meta.xml"}
# A tag that is never closed is left at the next one: read on to the end from each of a hundred thousand, it took an hour.
_NAMES = re.compile(
    rb"(<(?:[\w-]+:)?(?:creator|lastModifiedBy|Company|Manager|initial-creator|printed-by)(?:\s[^<>]*[^<>/])?>)"
    rb"[^<]*(?=</)"
)


def check_office(content: bytes) -> CheckedFile:
    """An office file of a kind we know, without the names of who made it in its properties.

    Raises:
        Invalid: `file`: `unknown` for any other zip, `macros`, `too_much_inside`, `broken`, `mixed`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
            _check_entries(entries, content)
            kind = _kind_of(package)
            return CheckedFile(kind, _without_names(package, entries))
    except Invalid:
        raise
    except Exception:  # noqa: BLE001 a zip can be wrong in every way there is
        raise Invalid({"file": "broken"}) from None


def _check_entries(entries: list[zipfile.ZipInfo], content: bytes) -> None:
    names = [one.filename for one in entries]
    if len(names) > MAX_ENTRIES or sum(one.file_size for one in entries) > MAX_INSIDE:
        raise Invalid({"file": "too_much_inside"})
    if any(one.file_size > MEGABYTE and one.file_size > MAX_RATIO * one.compress_size for one in entries):
        raise Invalid({"file": "too_much_inside"})
    # What begins with something else before the zip, or has two of one name, is read differently by different programs.
    if not content.startswith(b"PK\x03\x04") or min(one.header_offset for one in entries) != 0:
        raise Invalid({"file": "mixed"})
    if len({name.lower() for name in names}) != len(names) or any(_leads_out(name) for name in names):
        raise Invalid({"file": "mixed"})
    if any(one.flag_bits & 1 for one in entries):
        raise Invalid({"file": "locked"})
    if any(_MACROS.search(name) for name in names):
        raise Invalid({"file": "macros"})


def _leads_out(name: str) -> bool:
    return (
        name.startswith("/")
        or "\\" in name
        or ".." in name.split("/")
        or ":" in name.split("/", maxsplit=1)[0]
    )


def _kind_of(package: zipfile.ZipFile) -> Kind:
    names = set(package.namelist())
    if CONTENT_TYPES in names:
        return _office_xml(_read(package, CONTENT_TYPES), names)
    first = package.infolist()[0]
    if first.filename == "mimetype" and "META-INF/manifest.xml" in names and "content.xml" in names:
        kind = _OPEN.get(_read(package, "mimetype").decode("ascii", "replace"))
        if kind is not None:
            return kind
    raise Invalid({"file": "unknown"})


def _office_xml(content_types: bytes, names: set[str]) -> Kind:
    text = content_types.decode("utf-8-sig")
    if "<!" in text.replace("<!--", ""):
        raise Invalid({"file": "broken"})  # No document type, so no entities that multiply.
    if "macroenabled" in text.lower() or "vbaproject" in text.lower():
        raise Invalid({"file": "macros"})
    root = ET.fromstring(text)  # noqa: S314 it declares no entities
    found = [
        _MAIN[one.get("ContentType", "")]
        for one in root.iter(f"{_NAMESPACE}Override")
        if one.get("ContentType", "") in _MAIN and one.get("PartName", "").lstrip("/") in names
    ]
    if len(found) != 1:
        raise Invalid({"file": "unknown"})
    return found[0]


def _read(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as part:
        content = part.read(MAX_PART + 1)
    if len(content) > MAX_PART:
        raise Invalid({"file": "too_much_inside"})
    return content


def _without_names(package: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> bytes:
    """The same parts in the same order; of the properties the author, who saved it last, and their organisation are emptied."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as clean:
        for one in entries:
            entry = zipfile.ZipInfo(one.filename, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = (
                zipfile.ZIP_STORED if one.compress_type == zipfile.ZIP_STORED else zipfile.ZIP_DEFLATED
            )
            if one.filename in _WHO:
                clean.writestr(entry, _NAMES.sub(rb"\1", _read(package, one.filename)))
                continue
            with package.open(one) as source, clean.open(entry, "w") as copy:
                left = one.file_size
                while chunk := source.read(64 * 1024):
                    left -= len(chunk)
                    if left < 0:
                        raise Invalid({"file": "too_much_inside"})
                    copy.write(chunk)
    return target.getvalue()

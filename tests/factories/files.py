"""Files as people send them, and as nobody should."""

import atexit
import hashlib
import io
import shutil
import tempfile
import zipfile
from datetime import datetime
from functools import cache
from uuid import UUID

from PIL import Image
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.core.storage import Files
from peergang.coursework.actions.attachments import NewAttachment, add_attachment
from peergang.coursework.models import Attachment
from peergang.coursework.rules.files import check_file
from peergang.coursework.rules.files.names import fit_name
from tests.factories.coursework import actor_of

CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
)
MAIN = {
    "docx": ("/word/document.xml", "wordprocessingml.document"),
    "xlsx": ("/xl/workbook.xml", "spreadsheetml.sheet"),
    "pptx": ("/ppt/presentation.xml", "presentationml.presentation"),
}
CORE = (
    '<?xml version="1.0"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Les</dc:title><dc:creator>Amira Veldhaver</dc:creator>'
    "<cp:lastModifiedBy>Bilal Zandstra</cp:lastModifiedBy></cp:coreProperties>"
)
APP = "<Properties><Application>Word</Application><Company>ROC Geheim</Company><Manager/></Properties>"


def make_photo(
    name: str = "JPEG",
    size: tuple[int, int] = (120, 80),
    mode: str = "RGB",
    colour: object = "teal",
    **more: object,
) -> bytes:
    """A picture of one colour, with a lighter left half, so that turning it can be seen."""
    image = Image.new(mode, size, colour)  # type: ignore[arg-type]
    if mode in {"RGB", "RGBA"}:
        image.paste((250, 250, 250), (0, 0, size[0] // 2, size[1]))
    target = io.BytesIO()
    image.save(target, name, **more)
    return target.getvalue()


def make_photo_with_place() -> bytes:
    """A photo of a phone: on its side, with where and with what it was made, and notes in every corner."""
    exif = Image.Exif()
    exif[0x0110] = "Geheime telefoon"
    exif[0x0112] = 6
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (52.0, 5.0, 1.0), "E", (5.0, 7.0, 1.0)
    return make_photo(exif=exif, comment=b"GEHEIM-COMMENTAAR", xmp=b"<x:xmpmeta>GEHEIM-XMP</x:xmpmeta>")


def zipped(parts: dict[str, str | bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    """A zip of these parts, in this order."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            how = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            package.writestr(name, content, how)
    return target.getvalue()


def make_office(kind: str = "docx", more: dict[str, str | bytes] | None = None, types: str = "") -> bytes:
    """The least that is an office file of `kind`, written by somebody."""
    part, name = MAIN[kind]
    override = f'<Override PartName="{part}" ContentType="application/vnd.openxmlformats-officedocument.{name}.main+xml"/>'
    return zipped(
        {
            "[Content_Types].xml": CONTENT_TYPES.format(overrides=override + types),
            "_rels/.rels": "<Relationships/>",
            part.lstrip("/"): "<w/>",
            "docProps/core.xml": CORE,
            "docProps/app.xml": APP,
            **(more or {}),
        }
    )


def make_open_document(kind: str = "text", more: dict[str, str | bytes] | None = None) -> bytes:
    """The least that LibreOffice would call its own."""
    return zipped(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "META-INF/manifest.xml": "<manifest/>",
            "content.xml": "<office:document-content/>",
            "meta.xml": "<m><meta:initial-creator>Amira Veldhaver</meta:initial-creator><dc:creator>Amira</dc:creator></m>",
            "Configurations2/": "",
            **(more or {}),
        },
        stored=("mimetype",),
    )


def make_pdf(extra: bytes = b"", words: bytes = b"") -> bytes:
    """A page without anything on it."""
    return (
        b"%PDF-1.4\n"
        + extra
        + b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        + words
        + b"xref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Size 3>>\nstartxref\n9\n%%EOF\n"
    )


@cache
def files_folder() -> str:
    """Where the application under test keeps files; removed when the process ends."""
    folder = tempfile.mkdtemp(prefix="peergang-files-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def store(content: bytes, name: str = "bord.jpg", files: Files | None = None) -> NewAttachment:
    """A file that was checked and stored, without its row."""
    files = files or Files(files_folder())
    found = check_file(content)
    preview = files.put(io.BytesIO(found.preview)) if found.preview else None
    return NewAttachment(
        fit_name(name, found.kind),
        found.kind.media_type,
        len(found.content),
        hashlib.sha256(found.content).hexdigest(),
        files.put(io.BytesIO(found.content)),
        preview,
        found.width,
        found.height,
    )


def attach(
    session: Session,
    author: Enrolment,
    activity_id: UUID,
    now: datetime,
    content: bytes | None = None,
    name: str = "bord.jpg",
    files: Files | None = None,
) -> Attachment:
    """A file at the reflection of `author`, through the real action."""
    new = store(content or make_photo(), name, files)
    return add_attachment(session, actor_of(session, author), activity_id, new, now=now)

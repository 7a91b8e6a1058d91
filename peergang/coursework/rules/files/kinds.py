"""Which kinds of file may be added, and how much of it."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024
MAX_SIZE = 10 * MEGABYTE
"""Of one file, as it is sent."""

MAX_FILES = 10
"""That go along with the next version."""

MAX_TOTAL = 50 * MEGABYTE
"""Of those together."""

MAX_KEPT = 60
"""Of one reflection, with what was taken away and what earlier versions hold: nobody fills the disk by adding and removing."""

MAX_DESCRIPTION = 300


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: what browsers are told it is, and the endings that fit it, the usual one first."""

    media_type: str
    endings: tuple[str, ...]

    @property
    def is_photo(self) -> bool:
        """Whether it can be shown as a picture."""
        return self.media_type.startswith("image/")


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."

JPEG = Kind("image/jpeg", ("jpg", "jpeg"))
PNG = Kind("image/png", ("png",))
WEBP = Kind("image/webp", ("webp",))
PDF = Kind("application/pdf", ("pdf",))
DOCX = Kind(f"{_OOXML}wordprocessingml.document", ("docx",))
XLSX = Kind(f"{_OOXML}spreadsheetml.sheet", ("xlsx",))
PPTX = Kind(f"{_OOXML}presentationml.presentation", ("pptx",))
ODT = Kind(f"{_ODF}text", ("odt",))
ODS = Kind(f"{_ODF}spreadsheet", ("ods",))
ODP = Kind(f"{_ODF}presentation", ("odp",))

KINDS = (JPEG, PNG, WEBP, PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP)
OFFICE_XML = (DOCX, XLSX, PPTX)
OPEN_DOCUMENT = (ODT, ODS, ODP)
ACCEPT = ",".join(
    [*(kind.media_type for kind in KINDS), *(f".{end}" for kind in KINDS for end in kind.endings)]
)
"""For the file field. Without HEIC in it, a phone sends its photos as JPEG by itself."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that may be kept: what it is by its content, and the bytes to keep, which need not be those that were sent."""

    kind: Kind
    content: bytes
    preview: bytes | None = None
    width: int | None = None
    height: int | None = None

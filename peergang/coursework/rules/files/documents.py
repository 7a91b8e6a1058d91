"""Documents are kept as they are, once they prove to be what they look like. Their files are served as downloads alone."""

import re

from peergang.core.errors import Invalid
from peergang.coursework.rules.files.kinds import PDF, CheckedFile

_END_OF_ZIP = b"PK\x05\x06"
_LONGEST_ZIP_END = 22 + 65535
_PDF_HEAD = re.compile(rb"%PDF-[12]\.\d[\s%]")
MARKUP = re.compile(rb"<(?:script|!doctype|html[\s>]|\?php|svg[\s>]|iframe)", re.IGNORECASE)


def check_pdf(content: bytes) -> CheckedFile:
    """A PDF that begins and ends as one, and is nothing else besides.

    Raises:
        Invalid: `file`: `broken` when it has no end, `mixed` when it could be read as another kind as well.
    """
    if not _PDF_HEAD.match(content) or b"%%EOF" not in content[-2048:]:
        raise Invalid({"file": "broken"})
    first_object = content[:8192].find(b" obj")
    head = content[: first_object if first_object >= 0 else 1024]
    if MARKUP.search(head) or MARKUP.search(content[-1024:]) or _END_OF_ZIP in content[-_LONGEST_ZIP_END:]:
        raise Invalid({"file": "mixed"})
    return CheckedFile(PDF, content)

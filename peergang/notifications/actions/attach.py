"""Files for a calendar inside a mail: beside the text, where mail programs see an invitation, and as attachments."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

_WIDTH = 76


@dataclass(frozen=True, slots=True)
class Attached:
    """A file with what it asks of a calendar. Method and name are ours and plain ASCII."""

    method: str
    name: str
    content: bytes


def embed(boundary: str, file: Attached) -> bytes:
    """The file as a third form of the message, after text and HTML."""
    head = f'Content-Type: text/calendar; charset="utf-8"; method={file.method}'
    return _encoded(boundary, head, file.content)


def attach(inner: str, body: bytes, files: Sequence[Attached]) -> bytes:
    """`body`, which begins with its own Content-Type, and the files after it.

    An attachment of a single invitation is called application/ics, as the large calendars do, so that no program shows
    it twice; several are invitations each.
    """
    boundary = f"{inner}_files"
    parts = [
        f'Content-Type: multipart/mixed;\r\n boundary="{boundary}"\r\n\r\n--{boundary}\r\n'.encode("ascii"),
        body,
    ]
    for file in files:
        if len(files) == 1:
            head = f'Content-Type: application/ics; name="{file.name}"'
        else:
            head = (
                f'Content-Type: text/calendar; charset="utf-8"; method={file.method};\r\n name="{file.name}"'
            )
        head += f'\r\nContent-Disposition: attachment; filename="{file.name}"'
        parts.append(_encoded(boundary, head, file.content))
    parts.append(f"\r\n--{boundary}--\r\n".encode("ascii"))
    return b"".join(parts)


def _encoded(boundary: str, head: str, content: bytes) -> bytes:
    text = b64encode(content)
    lines = b"\r\n".join(text[start : start + _WIDTH] for start in range(0, len(text), _WIDTH))
    begin = f"\r\n--{boundary}\r\n{head}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return begin.encode("ascii") + lines + b"\r\n"

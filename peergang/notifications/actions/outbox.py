"""Reads what the file and memory transports kept. There is no database behind it and nothing to protect: demo mail only."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from pathlib import Path

from peergang.core.errors import NotFound
from peergang.core.mail import MemoryTransport

PAGE = 50
_NAME = re.compile(r"[0-9a-f]{1,32}")


@dataclass(frozen=True, slots=True)
class Line:
    """A message in the list."""

    name: str
    to: str
    subject: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list; `more` says whether older ones follow."""

    lines: list[Line]
    more: bool


@dataclass(frozen=True, slots=True)
class Mail:
    """A message as it is shown."""

    subject: str
    to: str
    sender: str
    sent_at: datetime | None
    text: str
    html: str


def list_outbox(mail_url: str, wanted: str = "", number: int = 1) -> Listed:
    """Page `number` of the messages, newest first; `wanted` is looked for in the address and the name of the reader."""
    start, lines = (number - 1) * PAGE, []
    for name, raw in _newest_first(mail_url):
        head = BytesHeaderParser(policy=policy.default).parsebytes(raw)
        if wanted.casefold() not in str(head["To"]).casefold():
            continue
        lines.append(_line(name, head))
        if len(lines) > start + PAGE:
            break
    return Listed(lines[start : start + PAGE], len(lines) > start + PAGE)


def read_outbox(mail_url: str, name: str) -> Mail:
    """The message called `name`.

    Raises:
        NotFound: there is no such message.
    """
    if not _NAME.fullmatch(name):
        raise NotFound
    message = message_from_bytes(_read(mail_url, name), policy=policy.default)
    assert isinstance(message, EmailMessage)
    line = _line(name, message)
    text, html = (_part(message, kind) for kind in ("plain", "html"))
    return Mail(line.subject, line.to, str(message["From"]), line.sent_at, text, html)


def _line(name: str, head: EmailMessage) -> Line:
    date = head["Date"]
    return Line(name, str(head["To"]), str(head["Subject"]), date.datetime if date else None)


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _newest_first(mail_url: str) -> Iterator[tuple[str, bytes]]:
    if mail_url.startswith("memory:"):
        kept = MemoryTransport.sent
        yield from ((f"{index:x}", kept[index].message) for index in reversed(range(len(kept))))
    if mail_url.startswith("file:"):
        folder = Path(mail_url.removeprefix("file:"))
        for path in sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns, reverse=True):
            with path.open("rb") as file:
                # The head is enough for the list.
                yield path.stem, file.read(4096)


def _read(mail_url: str, name: str) -> bytes:
    try:
        if mail_url.startswith("memory:"):
            return MemoryTransport.sent[int(name, 16)].message
        if mail_url.startswith("file:"):
            return (Path(mail_url.removeprefix("file:")) / f"{name}.eml").read_bytes()
    except (IndexError, OSError):
        raise NotFound from None
    raise NotFound

"""The send port: one message in bytes to one address, over SMTP, into a folder, or kept in memory.

The message is built elsewhere; this file only carries it. A transport keeps its connection between messages, because a new
connection per mail costs two to three times the mail itself. A transport belongs to one thread.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from peergang.core.answers import Answer, Refusal


class MailRefused(Exception):
    """The server said no to this message. `permanent` tells whether trying again is of no use, and `answer` why it was
    refused; without one, nothing is known about the address.
    """

    def __init__(self, reason: str, *, permanent: bool | None = None, answer: Answer | None = None) -> None:
        super().__init__(reason)
        self.answer = answer or Answer(
            Refusal.MESSAGE if permanent else Refusal.LATER, reason.partition(" ")[0]
        )
        self.permanent = self.answer.refusal.is_permanent if permanent is None else permanent


class MailAway(Exception):
    """There is no server to talk to: not found, hung up, silent, or it refuses us. Nothing of this message was handed
    over, and the next message would fare no better. With `over_message` it talked to us until it heard of this one.
    """

    def __init__(self, reason: str, *, over_message: bool = False) -> None:
        super().__init__(reason)
        self.over_message = over_message


class MailUncertain(Exception):
    """The connection broke after the message was handed over: nobody can tell whether it was delivered."""


Meanwhile = Callable[[], None]
"""What to do while a server takes in a message: something that does not raise, and may just as well not happen."""


def do_nothing() -> None:
    """What most have to do in that time."""


class Transport(Protocol):
    """What delivery needs of a mail server."""

    def send(self, sender: str, recipient: str, message: bytes, meanwhile: Meanwhile = do_nothing) -> None:
        """Hand one message over, with CRLF at the end of every line, the last one too.

        `meanwhile` may be called when the server has all of it and has not answered yet.

        Raises:
            MailRefused: the server does not take this message.
            MailAway: there is no server to hand it to.
            MailUncertain: nobody knows.
        """

    def close(self) -> None:
        """End the kept connection, if there is one."""


class FileTransport:
    """Writes each message as an .eml file, which is what the page with outgoing mail shows in development and demo."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, sender: str, recipient: str, message: bytes, meanwhile: Meanwhile = do_nothing) -> None:
        """Write the message under a name that nobody else uses; the rename makes it appear whole or not at all."""
        part = self._folder / f"{uuid4().hex}.part"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(message)
            part.rename(part.with_suffix(".eml"))
        except OSError as error:
            part.unlink(missing_ok=True)
            raise MailAway(type(error).__name__) from error

    def close(self) -> None:
        """Nothing is kept open."""


@dataclass(frozen=True, slots=True)
class SentMail:
    """A message that the memory transport kept."""

    sender: str
    recipient: str
    message: bytes


class MemoryTransport:
    """Keeps messages in a list, for tests and for a shell."""

    sent: list[SentMail] = []

    def send(self, sender: str, recipient: str, message: bytes, meanwhile: Meanwhile = do_nothing) -> None:
        """Keep the message."""
        self.sent.append(SentMail(sender, recipient, message))
        meanwhile()

    def close(self) -> None:
        """Nothing is kept open."""


def open_transport(url: str) -> Transport:
    """The transport that `url` asks for: smtp:// (with STARTTLS unless ?tls=none) and smtps://, file:<folder> or memory:."""
    from peergang.core.smtp import SmtpTransport  # only who sends by SMTP needs its libraries

    makers: dict[str, Callable[[], Transport]] = {
        "smtp": lambda: SmtpTransport(url),
        "smtps": lambda: SmtpTransport(url),
        "file": lambda: FileTransport(Path(url.removeprefix("file:"))),
        "memory": MemoryTransport,
    }
    return makers[url.split(":", 1)[0]]()

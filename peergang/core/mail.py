"""The send port: one message in bytes to one address, over SMTP, into a folder, or kept in memory.

The message is built elsewhere; this file only carries it. A transport keeps its connection between messages, because a new
connection per mail costs two to three times the mail itself.
"""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit
from uuid import uuid4


class MailRefused(Exception):
    """The server answered no. `permanent` tells a 5xx (do not try again) from a 4xx or a lost connection before DATA."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class MailUncertain(Exception):
    """The connection broke after the message was handed over: nobody can tell whether it was delivered."""


class Transport(Protocol):
    """What delivery needs of a mail server."""

    def send(self, sender: str, recipient: str, message: bytes) -> None:
        """Hand one message over; raises MailRefused or MailUncertain."""

    def close(self) -> None:
        """End the kept connection, if there is one."""


class SmtpTransport:
    """SMTP on a kept connection, opened at the first message and reopened once when the server had hung up."""

    def __init__(self, url: str, *, timeout: float = 20.0) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or "localhost"
        self._tls = parts.scheme == "smtps"
        self._port = parts.port or (465 if self._tls else 25)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._timeout = timeout
        self._connection: smtplib.SMTP | None = None

    def _connect(self) -> smtplib.SMTP:
        if self._tls:
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=self._timeout, context=context
            )
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
        if self._user:
            server.login(self._user, self._password)
        return server

    def send(self, sender: str, recipient: str, message: bytes) -> None:
        """Hand over one message. Everything before DATA may be retried; a break after it is uncertain."""
        try:
            server = self._ready(sender, recipient)
        except smtplib.SMTPResponseException as error:
            self._reset()
            raise MailRefused(f"{error.smtp_code}", permanent=500 <= error.smtp_code < 600) from error
        except (OSError, smtplib.SMTPException) as error:
            self._reset()
            raise MailRefused(type(error).__name__, permanent=False) from error
        self._data(server, message)

    def _ready(self, sender: str, recipient: str) -> smtplib.SMTP:
        """A server that has accepted sender and recipient; an idle connection that was closed is opened anew once."""
        for fresh in (self._connection is None, True):
            if self._connection is None:
                self._connection = self._connect()
            server = self._connection
            try:
                for code, answer in (server.mail(sender), server.rcpt(recipient)):
                    if code == 421 and not fresh:
                        raise smtplib.SMTPServerDisconnected
                    if code >= 400:
                        server.rset()
                        raise smtplib.SMTPResponseException(code, answer)
            except (smtplib.SMTPServerDisconnected, OSError) as error:
                self._reset()
                if fresh or isinstance(error, smtplib.SMTPResponseException):
                    raise
                continue
            return server
        raise smtplib.SMTPServerDisconnected("The server hung up twice.")

    def _data(self, server: smtplib.SMTP, message: bytes) -> None:
        try:
            code, _ = server.data(message)
        except smtplib.SMTPDataError as error:
            raise MailRefused(f"{error.smtp_code}", permanent=500 <= error.smtp_code < 600) from error
        except (OSError, smtplib.SMTPException) as error:
            self._reset()
            raise MailUncertain(type(error).__name__) from error
        if code >= 400:
            raise MailRefused(str(code), permanent=code >= 500)

    def _reset(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def close(self) -> None:
        """Say goodbye to the server; a server that is gone already is fine."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (OSError, smtplib.SMTPException):
                connection.close()


class FileTransport:
    """Writes each message as an .eml file, which is what the page with outgoing mail shows in development and demo."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, sender: str, recipient: str, message: bytes) -> None:
        """Write the message under a name that nobody else uses; the rename makes it appear whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{uuid4().hex}.part"
        part.write_bytes(message)
        part.rename(part.with_suffix(".eml"))

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

    def send(self, sender: str, recipient: str, message: bytes) -> None:
        """Keep the message."""
        self.sent.append(SentMail(sender, recipient, message))

    def close(self) -> None:
        """Nothing is kept open."""


def open_transport(url: str) -> Transport:
    """The transport that `url` asks for: smtp:// and smtps:// (STARTTLS when offered), file:<folder> or memory:."""
    makers: dict[str, Callable[[], Transport]] = {
        "smtp": lambda: SmtpTransport(url),
        "smtps": lambda: SmtpTransport(url),
        "file": lambda: FileTransport(Path(url.removeprefix("file:"))),
        "memory": MemoryTransport,
    }
    return makers[url.split(":", 1)[0]]()

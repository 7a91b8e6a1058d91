"""A mailbox over IMAP, as far as we read one: what is unseen, its first part, marking it as seen. Nothing is removed."""

import imaplib
import re
import ssl
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

PORT, TLS_PORT = 143, 993


class MailboxAway(Exception):
    """The mailbox cannot be read now: no server, no TLS, a wrong password, or it broke off."""


class Mailbox(Protocol):
    """What reading bounces needs of a mailbox."""

    def list_unseen(self, limit: int) -> list[str]:
        """Names of messages that nobody has seen, the oldest first."""

    def read(self, name: str, size: int) -> bytes:
        """The first `size` bytes of a message, which stays unseen; empty when it is gone."""

    def mark_seen(self, name: str) -> None:
        """See to it that it is not listed again."""

    def close(self) -> None:
        """Say goodbye."""


class ImapMailbox:
    """Opened at once. `url` looks like imaps://user@host/INBOX; imap:// needs STARTTLS, unless it ends in ?tls=none.

    Raises:
        MailboxAway: from every method.
    """

    def __init__(self, url: str, password: str, *, timeout: float = 30.0) -> None:
        parts = urlsplit(url)
        self._host, self._tls = parts.hostname or "", parts.scheme == "imaps"
        self._port = parts.port or (TLS_PORT if self._tls else PORT)
        self._plain = parse_qs(parts.query).get("tls") == ["none"]
        folder = unquote(parts.path.strip("/")) or "INBOX"
        try:
            self._server = self._open(timeout)
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxAway(f"{type(error).__name__}: {self._host}:{self._port}") from error
        try:
            self._ask("login", unquote(parts.username or ""), password)
            self._ask("select", _quoted(folder))
        except BaseException:
            self.close()
            raise

    def _open(self, timeout: float) -> imaplib.IMAP4:
        context = ssl.create_default_context()
        if self._tls:
            return imaplib.IMAP4_SSL(self._host, self._port, ssl_context=context, timeout=timeout)
        server = imaplib.IMAP4(self._host, self._port, timeout=timeout)
        if not self._plain:
            try:
                server.starttls(context)
            except BaseException:
                server.shutdown()
                raise
        return server

    def list_unseen(self, limit: int) -> list[str]:
        """Names of messages that nobody has seen, the oldest first."""
        found = self._ask("uid", "SEARCH", "UNSEEN")
        names = (found[0] or b"").split() if found else []
        return [name.decode("ascii") for name in names[:limit] if name.isdigit()]

    def read(self, name: str, size: int) -> bytes:
        """The first `size` bytes of a message, which stays unseen; empty when it is gone."""
        for part in self._ask("uid", "FETCH", name, f"(BODY.PEEK[]<0.{size}>)"):
            if isinstance(part, tuple) and re.search(rb"BODY\[\]", part[0], re.IGNORECASE):
                return bytes(part[1][:size])
        return b""

    def mark_seen(self, name: str) -> None:
        """See to it that it is not listed again."""
        self._ask("uid", "STORE", name, "+FLAGS.SILENT", r"(\Seen)")

    def close(self) -> None:
        """Say goodbye; a server that is gone already is fine."""
        try:
            self._server.logout()
        except (OSError, imaplib.IMAP4.error):
            self._server.shutdown()

    def _ask(self, command: str, *arguments: str) -> list[Any]:
        try:
            answer, data = getattr(self._server, command)(*arguments)
        except (OSError, imaplib.IMAP4.error) as error:
            # Its words may repeat the name or the password that we gave.
            raise MailboxAway(f"{type(error).__name__} at {command}: {self._host}:{self._port}") from error
        if answer != "OK":
            raise MailboxAway(f"{answer} at {command}: {self._host}:{self._port}")
        return list(data)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", r"\\").replace('"', r"\"") + '"'

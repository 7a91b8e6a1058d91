"""SMTP on a kept connection, with a clear answer to the one question that matters: was the message handed over?

smtplib's own sendmail() cannot say: its exceptions are OSErrors, so a refused address looks like a broken connection, and a
break while the server thinks about the message looks like one before it. So the steps are taken one by one here.
"""

import smtplib
import ssl
from urllib.parse import parse_qs, unquote, urlsplit

from peergang.core.answers import Answer, Refusal, read_answer
from peergang.core.mail import MailAway, MailRefused, MailUncertain, Meanwhile, do_nothing

LOCAL = ("localhost", "127.0.0.1", "::1")

CLOSING = 421
"""The server is about to hang up, whatever it was asked."""


class SmtpTransport:
    """Opened at the first message and kept; reopened once when the server had hung up in the meantime."""

    def __init__(self, url: str, *, timeout: float = 20.0) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or "localhost"
        self._tls = parts.scheme == "smtps"
        self._port = parts.port or (465 if self._tls else 25)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        # STARTTLS that is used only when it is offered can be taken out of the offer by whoever sits in between; then a
        # password and every link of an invitation travel in the open.
        plain = parse_qs(parts.query).get("tls") == ["none"]
        self._needs_tls = not plain and (bool(self._user) or self._host not in LOCAL)
        self._use_tls = not plain
        self._timeout = timeout
        self._connection: smtplib.SMTP | None = None

    def send(self, sender: str, recipient: str, message: bytes, meanwhile: Meanwhile = do_nothing) -> None:
        """Hand over one message. What the server says before it has all of it is certain; a break after that is not."""
        if not (sender + recipient).isascii() or any(sign in sender + recipient for sign in "\r\n<> "):
            # An address that only SMTPUTF8 could carry; and a line break must never reach the conversation.
            raise MailRefused("address", answer=Answer(Refusal.UNKNOWN, "5.1.3"))
        used = self._connection is not None
        try:
            server = self._converse(sender, recipient)
        except MailAway:
            # An idle connection may have been closed by the server: that deserves one fresh try, nothing more.
            if not used:
                raise
            server = self._converse(sender, recipient)
        self._hand_over(server, message, meanwhile)

    def _converse(self, sender: str, recipient: str) -> smtplib.SMTP:
        """Everything before the message itself; gives a server that waits for it."""
        server = self._connection or self._connect()
        for command in (f"MAIL FROM:<{sender}>", f"RCPT TO:<{recipient}>", "DATA"):
            code, words = self._ask(server, command)
            if code not in (250, 251, 354):
                # The server has refused this message alone; a reset makes the connection fit for the next one.
                if self._ask(server, "RSET")[0] >= 400:
                    self._drop()
                if command.startswith("MAIL"):
                    # The sender is ours and the same for every message: the operator's matter, and the messages wait.
                    raise MailAway(f"{code} MAIL")
                raise _refused(code, words, command[:4])
        return server

    def _ask(self, server: smtplib.SMTP, command: str) -> tuple[int, bytes]:
        try:
            code, words = server.docmd(command)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise MailAway(type(error).__name__, over_message=_is_over_message(command)) from error
        if code == CLOSING:
            self._drop()
            raise MailAway(str(code), over_message=_is_over_message(command))
        return code, words

    def _hand_over(self, server: smtplib.SMTP, message: bytes, meanwhile: Meanwhile) -> None:
        """From the first byte on, a broken connection proves nothing. An answer does, whatever it says."""
        if message.startswith(b"."):
            message = b"." + message
        try:
            server.send(message.replace(b"\r\n.", b"\r\n..") + b".\r\n")
            meanwhile()
            code, words = server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise MailUncertain(type(error).__name__) from error
        except BaseException:
            # Its answer was not read, and would be taken for that to the next command.
            self._drop()
            raise
        if code == CLOSING:
            self._drop()
        if code >= 400:
            raise _refused(code, words, "text")

    def _connect(self) -> smtplib.SMTP:
        try:
            self._connection = self._open()
        except (OSError, smtplib.SMTPException) as error:
            # A wrong password or certificate is a matter for the operator; the messages wait and are not lost.
            raise MailAway(f"{type(error).__name__}: {self._host}:{self._port}") from error
        return self._connection

    def _open(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        server: smtplib.SMTP
        if self._tls:
            server = smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        try:
            server.ehlo_or_helo_if_needed()
            if not self._tls and self._use_tls and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            elif not self._tls and self._needs_tls:
                raise MailAway(
                    f"no STARTTLS: {self._host}:{self._port}; ?tls=none in PEERGANG_MAIL_URL does without"
                )
            if self._user:
                server.login(self._user, self._password)
        except BaseException:
            server.close()
            raise
        return server

    def _drop(self) -> None:
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


def _refused(code: int, words: bytes, step: str) -> MailRefused:
    """What the answer means. Its words go no further: servers put addresses and links into them."""
    answer = read_answer(code, words.decode("utf-8", "replace"), at_recipient=step == "RCPT")
    enhanced = f" {answer.code}" if answer.code != str(code) else ""
    return MailRefused(f"{code}{enhanced} {step} {answer.refusal}", answer=answer)


def _is_over_message(command: str) -> bool:
    """Whether the server had agreed to talk, and stopped at whom or what this message is for."""
    return command.startswith(("RCPT", "DATA"))

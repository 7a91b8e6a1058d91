"""A real SMTP server for tests (aiosmtpd in a thread) that refuses, hangs or hangs up where a test tells it to."""

# ruff: noqa: N802 aiosmtpd calls its hooks by these names

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.ports import free_port


@dataclass
class Sink:
    """What arrived, and what the server shall answer: `answers` maps a step (MAIL, RCPT, DATA, END) to replies, used up
    one by one. "hang" answers too late, "wait" never, "taken and silent" never either but has the message, "hangup" closes
    the connection; an empty string is the usual answer."""

    messages: list[tuple[str, bytes]] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    connections: int = 0
    url: str = ""

    async def reply(self, step: str, server: SMTP, envelope: Any = None) -> str | None:
        queue = self.answers.get(step)
        if not queue:
            return None
        answer = queue.pop(0)
        if answer in ("wait", "taken and silent"):
            if answer != "wait":
                self.messages.append((envelope.rcpt_tos[0], envelope.content))
            await asyncio.sleep(60)
        if answer == "hang":
            await asyncio.sleep(3)
        if answer in ("hang", "hangup"):
            server.transport.abort()
            await asyncio.sleep(0.01)
            return "421 gone"
        return answer or None

    async def handle_CONNECT(self) -> None:
        self.connections += 1

    async def handle_MAIL(
        self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        answer = await self.reply("MAIL", server)
        if answer is None:
            envelope.mail_from = address
        return answer or "250 ok"

    async def handle_RCPT(
        self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        answer = await self.reply("RCPT", server)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 ok"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        answer = await self.reply("END", server, envelope)
        if answer is None or answer.startswith("421"):
            # A server that hangs up after the last dot may have taken the message: that is what cannot be known.
            self.messages.append((envelope.rcpt_tos[0], envelope.content))
        return answer or "250 ok"


class Server(SMTP):
    """Counts connections, and can refuse the DATA command itself."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.event_handler.connections += 1
        super().connection_made(transport)

    async def smtp_DATA(self, arg: str) -> None:
        answer = await self.event_handler.reply("DATA", self)
        if answer is not None:
            await self.push(answer)
            return
        await super().smtp_DATA(arg)


class SinkController(Controller):
    """Runs the server on a free port."""

    def factory(self) -> SMTP:
        return Server(self.handler, **self.SMTP_kwargs)


@contextmanager
def open_sink() -> Iterator[Sink]:
    """A running sink; `url` says where."""
    port = free_port()
    sink = Sink(url=f"smtp://127.0.0.1:{port}")
    controller = SinkController(sink, hostname="127.0.0.1", port=port, ready_timeout=60)
    controller.start()
    sink.connections = 0
    try:
        yield sink
    finally:
        controller.stop()

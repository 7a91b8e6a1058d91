"""A small IMAP server for tests: the commands that reading bounces uses, over a real socket, and what a test lets go wrong."""

import re
import socketserver
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

LITERAL = re.compile(rb"\{(\d+)\}\r\n$")


@dataclass
class Post:
    """What lies in the mailbox, which of it was seen, and what the server shall do wrong."""

    messages: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    commands: list[str] = field(default_factory=list)
    break_at: str = ""
    password: str = "geheim"
    url: str = ""

    def put(self, *messages: bytes) -> None:
        for message in messages:
            self.messages[len(self.messages) + 1] = message


class _Conversation(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        post: Post = self.server.post  # type: ignore[attr-defined]
        self.wfile.write(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
        while line := self.rfile.readline():
            while literal := LITERAL.search(line):
                self.wfile.write(b"+ go on\r\n")
                line = line[: literal.start()] + self.rfile.read(int(literal[1])) + self.rfile.readline()
            tag, _, command = line.decode("utf-8", "replace").strip().partition(" ")
            post.commands.append(command)
            if post.break_at and command.upper().startswith(post.break_at):
                return
            answer = self.answer(post, command)
            self.wfile.write(f"{tag} {answer}\r\n".encode())
            if command.upper() == "LOGOUT":
                return

    def answer(self, post: Post, command: str) -> str:
        upper = command.upper()
        if upper == "CAPABILITY":
            self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
        elif upper.startswith("LOGIN") and not command.endswith(f'"{post.password}"'):
            return "NO who are you"
        elif upper.startswith("SELECT"):
            self.wfile.write(f"* {len(post.messages)} EXISTS\r\n".encode())
        elif upper.startswith("UID SEARCH UNSEEN"):
            names = " ".join(str(uid) for uid in post.messages if uid not in post.seen)
            self.wfile.write(f"* SEARCH {names}\r\n".encode())
        elif upper.startswith("UID FETCH"):
            self.fetch(post, command)
        elif found := re.match(r"UID STORE (\d+) \+FLAGS\.SILENT \(\\SEEN\)", upper):
            post.seen.add(int(found[1]))
        elif upper != "LOGOUT" and not upper.startswith("LOGIN"):
            return "BAD no such command here"
        return "OK done"

    def fetch(self, post: Post, command: str) -> None:
        found = re.match(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", command, re.IGNORECASE)
        assert found, f"only PEEK leaves a message unseen: {command}"
        uid, size = int(found[1]), int(found[2])
        part = post.messages.get(uid, b"")[:size]
        if uid in post.messages:
            head = f"* {uid} FETCH (UID {uid} BODY[]<0> {{{len(part)}}}\r\n".encode()
            self.wfile.write(head + part + b")\r\n")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def open_post(tls: ssl.SSLContext | None = None) -> Iterator[Post]:
    """A running server; `url` says where. With `tls` it speaks nothing else."""
    post = Post()
    with _Server(("127.0.0.1", 0), _Conversation) as server:
        attached: Any = server
        attached.post = post
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        port = server.server_address[1]
        post.url = (
            f"imaps://terug@localhost:{port}" if tls else f"imap://terug@127.0.0.1:{port}/INBOX?tls=none"
        )
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield post
        finally:
            server.shutdown()
            thread.join()

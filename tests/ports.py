"""A port for a server of a test."""

import socket
from contextlib import suppress
from random import SystemRandom

_random = SystemRandom()
"""Not the shared one: that has the same seed in every process, and all would choose the same port."""


def free_port() -> int:
    """A port of this machine that nobody listens on now. Below those that the system gives to whoever connects, so that
    nobody gets it by chance before the server does.
    """
    while True:
        port = _random.randrange(15_000, 32_000)
        with suppress(OSError), socket.socket() as free:
            free.bind(("127.0.0.1", port))
            return port

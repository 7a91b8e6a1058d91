"""A cable between browser and server that can be pulled out, cut open, or made slow: what networks do to people on trains."""

import contextlib
import socket
import threading
from time import sleep

BUFFER = 65536


class Wire:
    """Listens on a port of its own and passes everything on to `to_port`, as long as nothing is wrong with it."""

    def __init__(self, to_port: int) -> None:
        self.to_port = to_port
        self.silent = False
        """Take what the browser sends, pass nothing on, answer nothing: a network that pretends."""
        self.deaf = False
        """Pass on what the browser sends, lose every answer, and then the connection."""
        self.slow: tuple[bytes, float] | None = None
        """What begins with these bytes waits so many seconds."""
        self.passed: list[bytes] = []
        """The first line of everything that was passed on."""
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def mend(self) -> None:
        """Everything works again; what hung falls, so that nobody waits for it."""
        self.silent = self.deaf = False
        self.slow = None
        self.drop()

    def drop(self) -> None:
        """Break every connection that is open."""
        for one in list(self._open):
            self._close(one)

    def close(self) -> None:
        self._listener.close()
        self.drop()

    def _accept(self) -> None:
        while True:
            try:
                browser, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.to_port), timeout=30)
            except OSError:
                browser.close()
                continue
            server.settimeout(None)
            self._open |= {browser, server}
            for work in (self._up, self._down):
                threading.Thread(target=work, args=(browser, server), daemon=True).start()

    def _up(self, browser: socket.socket, server: socket.socket) -> None:
        try:
            while data := browser.recv(BUFFER):
                if self.silent:
                    continue
                if self.slow and data.startswith(self.slow[0]):
                    sleep(self.slow[1])
                self.passed.append(data.split(b"\r\n", 1)[0][:200])
                server.sendall(data)
        except OSError:
            pass
        self._close(browser, server)

    def _down(self, browser: socket.socket, server: socket.socket) -> None:
        try:
            while data := server.recv(BUFFER):
                if self.silent:
                    continue
                if self.deaf:
                    break
                browser.sendall(data)
        except OSError:
            pass
        self._close(browser, server)

    def _close(self, *both: socket.socket) -> None:
        for one in both:
            self._open.discard(one)
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

"""A connection to Redis that a test can break: it loses replies, is cut, or delivers a request late."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum


class Fault(Enum):
    """What happens to a request."""

    NONE = "it passes"
    CUT_BEFORE = "the connection is cut, and the server gets nothing"
    CUT_AFTER = "the server gets it, and the connection is cut before the reply"
    NO_REPLY = "the server gets it, and its reply is lost, without an end of the connection"
    LATE = "the server gets it when the test says so; until then there is no reply"


class Proxy:
    """Forwards the connections to a port. `fault` decides what happens to each request."""

    def __init__(self, port: int, fault: Callable[[bytes], Fault]) -> None:
        self._server, self._fault = port, fault
        self._late: list[tuple[socket.socket, bytes]] = []
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def deliver(self) -> int:
        """Send the server all late requests, and wait until it has closed their connections. Their number."""
        late, self._late = self._late, []
        for there, request in late:
            there.sendall(request)
            there.shutdown(socket.SHUT_WR)
            while there.recv(65_536):
                pass
        return len(late)

    def close(self) -> None:
        self._listener.close()
        for each in self._open:
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listener.accept()
                there = socket.create_connection(("127.0.0.1", self._server))
                self._open += [here, there]
                threading.Thread(target=self._serve, args=[here, there], daemon=True).start()

    def _serve(self, here: socket.socket, there: socket.socket) -> None:
        deaf = threading.Event()
        threading.Thread(target=self._reply, args=[here, there, deaf], daemon=True).start()
        with suppress(OSError):
            while request := here.recv(1 << 20):
                match self._fault(request):
                    case Fault.NONE:
                        there.sendall(request)
                    case Fault.CUT_BEFORE:
                        return _end(here, there)
                    case Fault.CUT_AFTER:
                        deaf.set()
                        there.sendall(request)
                        return _end(here)
                    case Fault.NO_REPLY:
                        deaf.set()
                        there.sendall(request)
                    case Fault.LATE:
                        deaf.set()
                        self._late.append((there, request))
                        return None
        return _end(there)

    def _reply(self, here: socket.socket, there: socket.socket, deaf: threading.Event) -> None:
        with suppress(OSError):
            while reply := there.recv(1 << 20):
                if deaf.is_set():
                    return
                here.sendall(reply)
        if not deaf.is_set():
            _end(here)


def _end(*sockets: socket.socket) -> None:
    for each in sockets:
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxy(port: int, fault: Callable[[bytes], Fault]) -> Iterator[Proxy]:
    """A proxy to a port of this machine; it ends with the context."""
    opened = Proxy(port, fault)
    try:
        yield opened
    finally:
        opened.close()

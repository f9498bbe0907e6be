"""Serving the application with waitress."""

from __future__ import annotations

import errno
import socket
import threading
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from semsearch.errors import SettingsError

# Many, because a thread mostly waits: for Redis, or for its turn to decode a picture.
THREADS = 16
# Above the limit of the application, so that its response, which explains the limit, comes first.
_MAX_BODY = 64_000_000


class Server:
    """A server that listens. It answers requests while `run` runs."""

    def __init__(self, app: Flask, listening: socket.socket) -> None:
        self._channels: dict[int, Any] = {}
        self._closing = threading.Event()
        self._waitress = create_server(
            app,
            map=self._channels,
            sockets=[listening],
            threads=THREADS,
            ident=None,
            max_request_body_size=_MAX_BODY,
            # web/proxies.py drops them, except those of the proxies that the settings name.
            clear_untrusted_proxy_headers=False,
        )
        self.effective_host: str = self._waitress.effective_host
        self.effective_port: int = self._waitress.effective_port

    def run(self) -> None:
        """Serve until `close` is called or the process is interrupted, then close all sockets and threads."""
        try:
            while not self._closing.is_set():
                wasyncore.loop(timeout=30, use_poll=True, map=self._channels, count=1)
        finally:
            self._waitress.task_dispatcher.shutdown()
            wasyncore.close_all(self._channels)

    def close(self) -> None:
        """Make `run` return. Any thread may call this, and more than once."""
        self._closing.set()
        if self._channels:
            self._waitress.pull_trigger()


def bind(app: Flask, host: str, port: int) -> Server:
    """A server that listens on a port; 0 means any free port. Raises SettingsError when it cannot listen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        # Waitress would start its threads before it notices that the port is taken.
        listening = socket.create_server((host.strip("[]"), port), family=family, backlog=1024)
    except OSError as error:
        raise SettingsError(_advice(host, port, error)) from error
    return Server(app, listening)


def _advice(host: str, port: int, error: OSError) -> str:
    # The number of a failed name look-up (gaierror) is not an errno value.
    reason = None if isinstance(error, socket.gaierror) else error.errno
    if reason == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken by another program. Choose another port with --port."
    if reason == errno.EACCES:
        return f"Only the administrator may use port {port}. Choose one above 1023 with --port."
    return f"The web server cannot listen on {host!r}, port {port}: {error}. Check --host and --port."

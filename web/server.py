"""Serving the application with waitress."""

from __future__ import annotations

import errno
import resource
import socket
import threading
import time
from dataclasses import replace
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.task import ThreadedTaskDispatcher

from semsearch.errors import SettingsError
from web.connections import Limits, Listener
from web.turns import MOST

# More than can run or wait for their turns, so that a refusal never waits for a thread.
THREADS = MOST + 24
# 2,000 characters of a query, at up to 12 bytes each in an address, and the headers of a browser.
_MAX_HEADER = 64_000
# More of the body of a request is kept in a temporary file.
_MOST_IN_MEMORY = 64_000
# A connection can have three open files: its socket, a large request and a large response.
_FILES_A_CONNECTION = 3
_MOST_FILES = 4_096
# How long a step of the loop waits for something to happen, in seconds.
_STEP = 0.5


class Server:
    """A server that listens. It answers requests while `run` runs."""

    def __init__(self, app: Flask, listening: socket.socket, limits: Limits) -> None:
        self._channels: dict[int, Any] = {}
        self._closing: float | None = None  # when `run` returns at the latest
        self._lock = threading.Lock()
        self._has_ended = False
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(THREADS)
        adjustments = Adjustments(
            sockets=[listening],
            ident=None,
            max_request_header_size=_MAX_HEADER,
            max_request_body_size=app.config["MAX_CONTENT_LENGTH"] + 1,
            inbuf_overflow=_MOST_IN_MEMORY,
            connection_limit=limits.connections
            + 100,  # a connection that was chosen to be closed still counts
            log_socket_errors=False,
            # web/proxies.py drops them, except those of the proxies that the settings name.
            clear_untrusted_proxy_headers=False,
        )
        address = (listening.family, listening.type, listening.proto, listening.getsockname())
        self._listener = Listener(
            limits,
            app,
            self._channels,
            _sock=listening,
            dispatcher=dispatcher,
            adj=adjustments,
            sockinfo=address,
            bind_socket=False,
        )
        self.effective_host: str = self._listener.effective_host
        self.effective_port: int = int(self._listener.effective_port)

    @property
    def connections(self) -> int:
        """The number of open connections."""
        return len(self._listener.active_channels)

    @property
    def is_draining(self) -> bool:
        """Whether the server accepts no connection any more."""
        return self._listener.is_draining

    def run(self) -> None:
        """Serve until `close` is called or the process is interrupted, then close all sockets and threads."""
        try:
            while self._closing is None:
                self._step()
            self._listener.drain()
            while self._listener.is_busy and time.monotonic() < self._closing:
                self._step()
        finally:
            self._listener.task_dispatcher.shutdown(timeout=1)
            self._listener.cut_off()
            with self._lock:
                self._has_ended = True
                wasyncore.close_all(self._channels)

    def close(self, patience: float = 0.0) -> None:
        """Make `run` return when the responses under way have ended, after `patience` seconds at the latest.

        Further requests are refused meanwhile. Any thread may call this, and more than once.
        """
        self._closing = time.monotonic() + patience
        with self._lock:
            if not self._has_ended:
                self._listener.pull_trigger()

    def _step(self) -> None:
        wasyncore.loop(timeout=_STEP, use_poll=True, map=self._channels, count=1)
        self._listener.tend()


def bind(app: Flask, host: str, port: int, limits: Limits | None = None) -> Server:
    """A server that listens on a port; 0 means any free port. Raises SettingsError when it cannot listen."""
    # Waitress would start its threads before it notices that the port is taken.
    return Server(app, listen(host, port), limits or _affordable())


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on a port; 0 means any free port. Raises SettingsError when it cannot listen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host.strip("[]"), port), family=family, backlog=1024)
    except OSError as error:
        raise SettingsError(_advice(host, port, error)) from error


def _affordable() -> Limits:
    """The usual limits, with as many connections as this process may have open files for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < _MOST_FILES:
        soft = _MOST_FILES if hard == resource.RLIM_INFINITY else min(_MOST_FILES, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    usual = Limits()
    affordable = usual.connections if soft == resource.RLIM_INFINITY else soft // _FILES_A_CONNECTION
    return replace(usual, connections=min(usual.connections, affordable))


def _advice(host: str, port: int, error: OSError) -> str:
    # The number of a failed name look-up (gaierror) is not an errno value.
    reason = None if isinstance(error, socket.gaierror) else error.errno
    if reason == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken by another program. Choose another port with --port."
    if reason == errno.EACCES:
        return f"Only the administrator may use port {port}. Choose one above 1023 with --port."
    return f"The web server cannot listen on {host!r}, port {port}: {error}. Check --host and --port."

"""Serving an application to the browser of a test."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from web.server import bind


@contextmanager
def running(app: Flask) -> Iterator[str]:
    """Serve `app` on a free port of this machine; yields its address."""
    server = bind(app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close(5.0)  # streams of events need a moment to end whole
        thread.join(30)

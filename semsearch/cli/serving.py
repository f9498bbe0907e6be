"""Run the web server beside a command."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from semsearch.cli.terminal import err

if TYPE_CHECKING:
    from semsearch.models.loaded import Models
    from semsearch.settings import Settings
    from semsearch.store.store import Store


@contextmanager
def serving(settings: Settings, store: Store, models: Models) -> Iterator[tuple[str, Callable[[], None]]]:
    """Run the web server in a thread: its address, and a function that waits until it ends."""
    from semsearch.search.searcher import Searcher
    from web.app import create_app
    from web.server import bind

    server = bind(create_app(settings, Searcher(store, models)), settings.host, settings.port)
    thread = threading.Thread(target=server.run, name="web", daemon=True)
    thread.start()
    try:
        yield f"http://{server.effective_host}:{server.effective_port}", thread.join
    except KeyboardInterrupt:
        err.print("stopped")
    finally:
        server.close()

"""End a command that runs until it is told to end."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from semsearch.cli.terminal import err

# When the process ends after a signal in any case. Process managers kill what takes longer than 10 seconds.
_LATEST_END = 9.7


def end_on_signals() -> None:
    """Have SIGTERM and Ctrl-C raise KeyboardInterrupt. A second signal ends the process at once."""
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, _interrupt)


@contextmanager
def until_interrupted() -> Iterator[Callable[[float | None], bool]]:
    """Run a block that ends on SIGTERM and Ctrl-C. Yields a function that waits, and returns False."""
    end_on_signals()
    with suppress(KeyboardInterrupt):
        yield threading.Event().wait
    err.print("stopped")


def _interrupt(*_: object) -> None:
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_DFL)
    # A call of a library may take longer, or lose the exception. Files are written whole or not at all.
    last = threading.Timer(_LATEST_END, os._exit, (1,))
    last.daemon = True
    last.start()
    raise KeyboardInterrupt

"""End a command that runs until it is told to end."""

from __future__ import annotations

import faulthandler
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from semsearch.cli.terminal import err

# When the process ends after a signal in any case: it says where each thread is, and its exit code is 1.
# Process managers kill what takes longer than 10 seconds.
_LATEST_END = 9.7
# KeyboardInterrupt is raised again after this time in seconds if it has not come through. It can be lost:
# Python drops an exception in a finaliser, such as each pipeline of redis-py has, and so do some libraries.
_AGAIN = 1.5


@contextmanager
def interruptible() -> Iterator[None]:
    """Run a block that SIGTERM and Ctrl-C end. A second signal ends the process at once."""
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, _interrupt)
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def until_interrupted() -> Iterator[Callable[[float | None], bool]]:
    """Run a block that ends on SIGTERM and Ctrl-C. Yields a function that waits, and returns False."""
    with interruptible():
        yield threading.Event().wait
    err.print("stopped")


def _interrupt(*_: object) -> None:
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_DFL)
    # A call of a library may take longer. Files are written whole or not at all.
    faulthandler.dump_traceback_later(_LATEST_END, exit=True, file=sys.__stderr__ or 2)
    signal.signal(signal.SIGALRM, _raise)
    signal.setitimer(signal.ITIMER_REAL, _AGAIN, _AGAIN)
    _raise()


def _raise(*_: object) -> None:
    raise KeyboardInterrupt

"""End a command that runs until it is told to end."""

from __future__ import annotations

import faulthandler
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from semsearch.cli.terminal import err

# When the process ends after a signal in any case: it says where each thread is, and its exit code is 1.
# Process managers kill what takes longer than 10 seconds.
_LATEST_END = 9.7
_MOMENT = 0.01


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
    # A call of a library may take longer. Files are written whole or not at all.
    faulthandler.dump_traceback_later(_LATEST_END, exit=True, file=sys.__stderr__ or 2)
    signal.signal(signal.SIGALRM, _raise)
    sys.unraisablehook = _raise_again
    _raise()


def _raise(*_: object) -> None:
    raise KeyboardInterrupt


def _raise_again(lost: sys.UnraisableHookArgs) -> None:
    """Raise a KeyboardInterrupt again a moment later. Python drops one that is raised in a finaliser.

    Each pipeline of redis-py has one.
    """
    if issubclass(lost.exc_type, KeyboardInterrupt):
        signal.setitimer(signal.ITIMER_REAL, _MOMENT)
    else:
        sys.__unraisablehook__(lost)

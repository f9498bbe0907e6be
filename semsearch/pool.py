"""A few sandboxes that many threads share. Who comes when too many wait is refused at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, LifoQueue
from threading import BoundedSemaphore

from semsearch.errors import BusyError
from semsearch.message import say
from semsearch.sandbox import Limits, Sandbox

_AGAIN = 2
_BUSY = say("Too many pictures are being read at the moment. Try again in {seconds} seconds.", seconds=_AGAIN)


class Pool:
    """`sandboxes` for one kind of work, with limits for each call. At most `waiting` threads wait for one."""

    def __init__(self, sandboxes: int, *, waiting: int, patience: float, seconds: float) -> None:
        """`patience` is how long a thread waits, and `seconds` how long a call may take."""
        self._places = BoundedSemaphore(sandboxes + waiting)
        self._patience = patience
        # The one that was used last comes first: a child that nobody needs is never started.
        self._free: LifoQueue[Sandbox] = LifoQueue()
        for _ in range(sandboxes):
            self._free.put(Sandbox(Limits(seconds)))

    @contextmanager
    def turn(self) -> Iterator[Sandbox]:
        """Wait for a sandbox, and hold it until the `with` ends.

        Read a file only in a turn: then as many files are in memory as there are sandboxes. Raises
        BusyError when too many threads wait already, or when `patience` is over.
        """
        if not self._places.acquire(blocking=False):
            raise BusyError(_BUSY, _AGAIN)
        try:
            try:
                sandbox = self._free.get(timeout=self._patience)
            except Empty:
                raise BusyError(_BUSY, _AGAIN) from None
            try:
                yield sandbox
            finally:
                self._free.put(sandbox)
        finally:
            self._places.release()

"""Sandboxes whose child processes go on from test to test: to start one takes longer than most tests."""

from __future__ import annotations

import os
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from weakref import finalize

import pytest

from ingest import extractor, scans
from semsearch import pool, sandbox
from semsearch.sandbox import Limits, Result, Sandbox

# The children that nobody uses, each with the end of its lifeline, by their limits and their time zone.
_idle: defaultdict[tuple[Limits, str], list[tuple[subprocess.Popen[bytes], int]]] = defaultdict(list)


class _KeptSandbox(Sandbox):
    """Leaves its child to the next sandbox, unless it is closed in the middle of a call."""

    _calls = 0

    def call(self, function: Callable[..., Result], *arguments: object) -> Result:
        self._calls += 1
        try:
            return super().call(function, *arguments)
        finally:
            self._calls -= 1

    def close(self) -> None:
        with self._lock:
            self._closed = True
            child = self._end.detach() if isinstance(self._end, finalize) and not self._calls else None
            if child is not None:
                _idle[self._kind].append(child[2])
            self._end()

    def _spawn(self) -> tuple[subprocess.Popen[bytes], int]:
        while _idle[self._kind]:
            process, lifeline = _idle[self._kind].pop()
            if process.poll() is None:
                return process, lifeline
            sandbox._end(process, lifeline)
        return super()._spawn()

    @property
    def _kind(self) -> tuple[Limits, str]:
        return self._limits, os.environ.get("TZ", "")


@contextmanager
def kept_readers() -> Iterator[None]:
    """Inside the context, sandboxes leave their children to each other. Afterwards none is left."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (extractor, scans, pool):
            patch.setattr(module, "Sandbox", _KeptSandbox)
        yield
    for children in _idle.values():
        for child in children:
            sandbox._end(*child)
    _idle.clear()

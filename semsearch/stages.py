"""How long the stages of a request take.

Code names a stage with `with stage("rank"):`. `watch` says who gets the times of the current thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Observer = Callable[[str, float], None]

_observer: ContextVar[Observer | None] = ContextVar("observer", default=None)
# The seconds that the stages inside the current stage have taken.
_inner: ContextVar[list[float]] = ContextVar("inner")


def watch(observer: Observer | None) -> None:
    """Pass the name and the seconds of each stage that ends in this thread to `observer`."""
    _observer.set(observer)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Time a stage. The time of a stage inside another one counts for the inner one only."""
    observer = _observer.get()
    if observer is None:
        yield
        return
    outer, inner = _inner.get([0.0]), [0.0]
    token = _inner.set(inner)
    started = time.perf_counter()
    try:
        yield
    finally:
        seconds = time.perf_counter() - started
        _inner.reset(token)
        outer[0] += seconds
        observer(name, seconds - inner[0])

"""Measure the progress of a run, and report it once a second to Redis and to an observer."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Protocol

from semsearch.errors import RedisError
from semsearch.progress import Phase, RunProgress
from semsearch.store.runs import Runs

# The time between two reports, in seconds.
_EVERY = 1.0
# Rates are shown as they were in the last seconds. The time left is estimated over a longer time, because
# files differ in what they cost.
_SHOWN, _ESTIMATED = 10.0, 60.0
# No time left is estimated before a phase has gone on for this time, in seconds.
_TOO_EARLY = 3.0


class Observer(Protocol):
    """Whoever shows a run."""

    def update(self, progress: RunProgress) -> None:
        """Take the progress. A thread calls this once a second."""


class Tracker:
    """Counts what a run does. Safe to share between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._now = RunProgress(started=time.time(), worker=f"{socket.gethostname()}:{os.getpid()}")
        self._samples = deque([(clock(), self._now)])

    def begin(self, phase: Phase, *, files: int = 0, bytes: int = 0, passages: int = 0) -> None:
        """Begin a phase with so much to do. A total that is not known is 0."""
        with self._lock:
            known = RunProgress(phase, started=self._now.started, worker=self._now.worker)
            self._now = replace(known, found=files, total_bytes=bytes, due=passages)
            self._samples = deque([(self._clock(), self._now)])

    def advance(self, *, files: int = 0, bytes: int = 0, passages: int = 0) -> None:
        """Count what is done."""
        with self._lock:
            now = self._now
            self._now = replace(
                now, files=now.files + files, bytes=now.bytes + bytes, passages=now.passages + passages
            )

    def wait(self, reason: str) -> None:
        """Say in a sentence what the run waits for; "" when it goes on."""
        with self._lock:
            self._now = replace(self._now, waits_for=reason)

    def measure(self) -> RunProgress:
        """The progress now, with the rates since earlier calls. To be called about once a second."""
        with self._lock:
            at, now, samples = self._clock(), self._now, self._samples
            while len(samples) > 1 and at - samples[0][0] > _ESTIMATED:
                samples.popleft()
            began, first = samples[0]
            lately, then = next((each for each in samples if at - each[0] <= _SHOWN), samples[-1])
            samples.append((at, now))
        return replace(
            now,
            files_per_second=_rate(now.files - then.files, at - lately),
            passages_per_second=_rate(now.passages - then.passages, at - lately),
            seconds_left=None if now.waits_for else _left(first, now, at - began),
            updated=time.time(),
        )


@contextmanager
def reported(runs: Runs, observer: Observer) -> Iterator[Tracker]:
    """Report the progress while the block runs. Redis forgets it when the block ends.

    Without Redis the run itself fails, so an error of Redis is of no interest here.
    """
    tracker, ended = Tracker(), threading.Event()

    def report() -> None:
        while not ended.wait(_EVERY):  # a run that ends sooner would only flicker
            progress = tracker.measure()
            observer.update(progress)
            with suppress(RedisError):
                runs.keep_progress(progress)

    thread = threading.Thread(target=report, name="progress", daemon=True)
    thread.start()
    try:
        yield tracker
    finally:
        ended.set()
        thread.join()
        with suppress(RedisError):
            runs.end_progress()


def _rate(count: int, seconds: float) -> float:
    return round(count / seconds, 2) if seconds > 0 else 0.0


def _left(first: RunProgress, now: RunProgress, seconds: float) -> float | None:
    """The seconds that the phase still takes, if it goes on as from `first` to `now`, `seconds` later."""
    done, total = now.done
    lately = done - first.done[0]
    if seconds < _TOO_EARLY or lately <= 0:
        return None
    return round(max(0, total - done) * seconds / lately, 1)

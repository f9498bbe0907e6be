"""Measure the progress of a run, and report it once a second to Redis and to an observer."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Protocol

from semsearch.errors import RedisError
from semsearch.progress import Phase, RunProgress, name_of_process
from semsearch.store.store import Store

# The time between two reports, in seconds.
_EVERY = 1.0
# Rates are shown as they were in the last seconds. The time left is estimated from the whole phase, because
# files differ in what they cost.
_SHOWN = 10.0
# No time left is estimated before a phase has gone on for this time, in seconds.
_TOO_EARLY = 3.0


class Observer(Protocol):
    """Whoever shows a run."""

    def update(self, progress: RunProgress) -> None:
        """Take the progress. A thread calls this once a second."""

    def wait(self, other: RunProgress | None) -> None:
        """Take that the run has to wait before it can begin, about once a second.

        `other` is the run for which it waits; None if that is another change of the library.
        """


def waits_of(store: Store, observer: Observer) -> Callable[[], None]:
    """A function that tells the observer for which other run this one has to wait."""

    def tell() -> None:
        other = None
        with suppress(RedisError):
            other = store.runs.activity().run
        observer.wait(other)

    return tell


class Tracker:
    """Counts what a run does. Safe to share between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._now = RunProgress(started=time.time(), worker=name_of_process())
        self._began = self._advanced_at = clock()
        self._on_passages = self._on_files = 0.0
        self._ahead = self._before = self._earlier = self._together = 0
        self._samples = deque([(self._began, self._now)])
        self._took: dict[Phase, float] = {}

    def go_on(self, earlier: int, together: int) -> None:
        """Count the files as those after `earlier` ones, which other runs have done, of so many together."""
        self._earlier, self._together = earlier, together

    def begin(self, phase: Phase, *, files: int = 0, bytes: int = 0, passages: int = 0) -> None:
        """Begin a phase with so much to do. A total that is not known is 0."""
        with self._lock:
            self._took = self._seconds()
            known = RunProgress(phase, started=self._now.started, worker=self._now.worker)
            self._before = self._earlier if files else 0
            found = max(files, self._together) if files else 0
            self._now = replace(known, files=self._before, found=found, total_bytes=bytes, due=passages)
            self._began = self._advanced_at = self._clock()
            self._on_passages = self._on_files = 0.0
            self._ahead = 0
            self._samples = deque([(self._began, self._now)])

    def took(self) -> dict[Phase, float]:
        """The seconds that each phase has taken so far."""
        with self._lock:
            return self._seconds()

    def _seconds(self) -> dict[Phase, float]:
        phase = self._now.phase
        return self._took | {phase: self._took.get(phase, 0.0) + self._clock() - self._began}

    def advance(self, *, files: int = 0, bytes: int = 0, passages: int = 0) -> None:
        """Count what is done. The time since the call before was spent on this."""
        with self._lock:
            now, at = self._now, self._clock()
            if passages and now.due:
                self._on_passages += at - self._advanced_at
            else:
                self._on_files += at - self._advanced_at
            self._advanced_at = at
            self._ahead = 0 if passages else self._ahead
            self._now = replace(
                now, files=now.files + files, bytes=now.bytes + bytes, passages=now.passages + passages
            )

    def go_ahead(self, passages: int) -> None:
        """Count passages that are embedded, and not written yet: no search finds them by meaning."""
        with self._lock:
            self._ahead += passages

    def with_ahead(self, progress: RunProgress) -> RunProgress:
        """The progress with the passages that are not written yet, for whoever watches the run."""
        return replace(progress, passages=min(progress.due, progress.passages + self._ahead))

    def wait(self, reason: str) -> None:
        """Say in a sentence what the run waits for; "" when it goes on."""
        with self._lock:
            self._now = replace(self._now, waits_for=reason)

    def measure(self) -> RunProgress:
        """The progress now, with the rates since earlier calls. To be called about once a second."""
        with self._lock:
            at, now, samples = self._clock(), self._now, self._samples
            while len(samples) > 1 and at - samples[0][0] > _SHOWN:
                samples.popleft()
            lately, then = samples[0]
            samples.append((at, now))
            seconds_left = None if now.waits_for or at - self._began < _TOO_EARLY else self._left()
        return replace(
            now,
            files_per_second=_rate(now.files - then.files, at - lately),
            passages_per_second=_rate(now.passages - then.passages, at - lately),
            seconds_left=seconds_left,
            updated=time.time(),
        )

    def _left(self) -> float | None:
        """The seconds that the rest takes if it costs what the same kind of work has cost in this phase."""
        now, seconds = self._now, 0.0
        files = now.files - self._before, now.found - self._before
        of_files = (now.bytes, now.total_bytes) if now.total_bytes else files
        works = (((now.passages, now.due), self._on_passages), (of_files, self._on_files))
        for (done, total), spent in works:
            if done < total and not (done and spent):
                return None
            seconds += max(0, total - done) * spent / max(1, done)
        return round(seconds, 1) if any(total for (_, total), _ in works) else None


@contextmanager
def reported(store: Store, observer: Observer) -> Iterator[Tracker]:
    """Report the progress while the block runs, also that the store waits. Redis forgets it afterwards.

    Without Redis the run itself fails, so an error of Redis is of no interest here.
    """
    tracker, ended = Tracker(), threading.Event()
    store.tell_waits(tracker.wait)

    def report() -> None:
        while not ended.wait(_EVERY):  # a run that ends sooner would only flicker
            progress = tracker.measure()
            observer.update(tracker.with_ahead(progress))
            with suppress(RedisError):
                store.runs.keep_progress(progress)

    with suppress(RedisError):
        if not store.runs.revision():  # whoever looks at an empty library learns at once that it is filled
            store.runs.keep_progress(tracker.measure())
    thread = threading.Thread(target=report, name="progress", daemon=True)
    thread.start()
    try:
        yield tracker
    finally:
        ended.set()
        thread.join()
        with suppress(RedisError):
            store.runs.end_progress()


def _rate(count: int, seconds: float) -> float:
    return round(count / seconds, 2) if seconds > 0 else 0.0

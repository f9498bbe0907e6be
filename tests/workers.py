"""Workers of ingestion in processes of their own, with fake models that are slow, count, and may kill."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from ingest.workers import cut, queue
from ingest.workers.work import BatchWorker
from semsearch.records import Vectors
from semsearch.settings import Settings
from semsearch.store.store import Store
from tests.fakes import BagOfWords, FakeModels

# A worker that embeds a text with this word dies.
DEADLY = "DEADLY"
# What the worker of a test does not say for so long, in seconds, is taken from it. It is 20 outside of tests.
SILENT_SECONDS = 3

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload([__name__])


class SlowWords(BagOfWords):
    """Takes a time for each text, and adds what it embeds to a file, one line for a text."""

    def __init__(self, delay: float, log: Path | None) -> None:
        super().__init__()
        self._delay = delay
        self._log = log

    def embed(self, batch: Sequence[Any], *, query: bool = False) -> Vectors:
        if any(DEADLY in text for text in batch):
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(0.0 if query else self._delay * len(batch))
        if self._log is not None and not query:
            with self._log.open("a", encoding="utf-8") as file:
                file.writelines(f"{text!r}\n" for text in batch)
        return super().embed(batch, query=query)


class SlowModels(FakeModels):
    """Fake models whose words are slow, and written to a file."""

    def __init__(self, delay: float = 0.0, log: Path | None = None) -> None:
        super().__init__()
        self.words = SlowWords(delay, log)


@contextmanager
def workers(
    settings: Settings, number: int, *, delay: float = 0.0, log: Path | None = None
) -> Iterator[list[BaseProcess]]:
    """This many workers, when all of them are known to Redis. Those that live at the end are killed."""
    running = [start(settings, delay=delay, log=log) for _ in range(number)]
    store = Store.open(settings)
    try:
        wait_until(lambda: len(store.jobs.workers()) >= number)
        yield running
    finally:
        for each in running:
            each.kill()
            each.join()
        store.close()


def start(settings: Settings, *, delay: float = 0.0, log: Path | None = None) -> BaseProcess:
    """A worker that may not be known to Redis yet."""
    worker = _processes.Process(target=_work, args=(settings, delay, log), daemon=True)
    worker.start()
    return worker


def short_silence() -> None:
    """Let the batch of a dead worker be taken over soon."""
    queue.SILENT_SECONDS = SILENT_SECONDS


def small_batches() -> None:
    """Let a small library make many batches."""
    cut._FILES, cut._PASSAGES, cut._PICTURES, cut._FOR_EACH = 5, 8, 4, 1


def wait_until(condition: Any, seconds: float = 60.0) -> None:
    """Wait until a condition holds. Fails after some time."""
    since = time.monotonic()
    while not condition():
        assert time.monotonic() - since < seconds, "it does not come"
        time.sleep(0.05)


def _work(settings: Settings, delay: float, log: Path | None) -> None:
    short_silence()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    models: Any = SlowModels(delay, log)
    BatchWorker(settings, Store.open(settings), models).run(stop)

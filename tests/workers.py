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

from ingest.run import Options, ingest
from ingest.summary import Summary
from ingest.workers import cut, queue
from ingest.workers.work import BatchWorker
from semsearch.cli.show_ingest import Silent
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


def texts(folder: Path, number: int, words: str = "Owls hunt mice at night") -> None:
    """Write this many small texts into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(number):
        (folder / f"{n}.txt").write_text(f"{words}, and this is number {n}.")


def run(settings: Settings, folder: Path, models: Any = None, **options: Any) -> Summary:
    """Ingest a folder, with the workers that there are."""
    store = Store.open(settings)
    try:
        return ingest([folder], settings, store, models or SlowModels(), Silent(), Options(**options))
    finally:
        store.close()


class Going:
    """A run in another thread."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._done: list[Summary] = []
        self._thread = threading.Thread(target=lambda: self._done.append(run(settings, folder)))
        self._thread.start()

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def ended(self, seconds: float = 60.0) -> Summary:
        """The summary of the run, when it has ended."""
        self._thread.join(seconds)
        assert self._done, "the run goes on, or has failed"
        return self._done[0]


@contextmanager
def working_here(worker: BatchWorker, store: Store) -> Iterator[None]:
    """Let a worker work in a thread of this process. It is known to Redis when the block begins."""
    stop = threading.Event()
    working = threading.Thread(target=worker.run, args=(stop,))
    working.start()
    try:
        wait_until(store.jobs.workers)
        yield
    finally:
        stop.set()
        working.join()


def wait_until_busy(store: Store, worker: BaseProcess | None = None) -> None:
    """Wait until a worker carries out a batch, this one if one is given."""
    wait_until(
        lambda: any(each.does and (worker is None or each.pid == worker.pid) for each in store.jobs.workers())
    )


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

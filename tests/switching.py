"""A switch of the model: models of other names, clients that search meanwhile, and a build that is killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from ingest.build import Builder
from ingest.wanted import Wanted
from semsearch.lock import one_at_a_time
from semsearch.query import Filters, Mode, Query
from semsearch.records import Kind, Vectors
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store import generations
from semsearch.store.access import Role
from semsearch.store.store import Store
from tests.fakes import BagOfWords, Colours, FakeModels

# Pieces in one batch, so that a small library takes many of them.
_PIECES = 10

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload([__name__])


class Turned(BagOfWords):
    """Embeds a text as the negative of what BagOfWords makes: vectors of the two find the wrong texts."""

    id = "turned"

    def embed(self, batch: Sequence[Any], *, query: bool = False) -> Vectors:
        return -super().embed(batch, query=query)


class OtherColours(Colours):
    """The same as Colours under another name."""

    id = "other-colours"


def turned() -> FakeModels:
    """Models with another text model, which knows the colours of pictures too."""
    models = FakeModels()
    models.words = Turned()
    assert models.colours is not None
    models.colours.semantic_space = Turned.id  # type: ignore[misc]
    return models


def meaning(text: str) -> Query:
    return Query(text, mode=Mode.MEANING, filters=Filters(kind=Kind.TEXT))


def build_and_die(settings: Settings) -> int | None:
    """Build an index of the turned model in a process that kills itself in the middle. Returns its end."""
    worker = _processes.Process(target=_build, args=(settings,))
    worker.start()
    worker.join()
    return worker.exitcode


def _build(settings: Settings) -> None:
    def watch(_: str, done: int, total: int) -> None:
        if done > total / 2:
            os.kill(os.getpid(), signal.SIGKILL)

    generations.MOST_PIECES = _PIECES
    locked = partial(one_at_a_time, settings.home)
    Builder(Store.open(settings), turned(), locked, watch).build(Wanted())  # type: ignore[arg-type]


class Answered:
    """Counts the searches that were answered."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    def one_more(self) -> int:
        """Count a search. Returns its number."""
        with self._changed:
            self._count += 1
            self._changed.notify_all()
            return self._count

    def wait_for(self, more: int) -> None:
        """Wait until so many more searches were answered."""
        with self._changed:
            wanted = self._count + more
            assert self._changed.wait_for(lambda: self._count >= wanted, timeout=60)


@contextmanager
def clients(settings: Settings, number: int, ask: Callable[[Searcher, int], None]) -> Iterator[Answered]:
    """Clients that search without a pause, each with a searcher of its own.

    `ask` puts search number n and checks the answer. What it raises is raised here in the end.
    """
    ended, errors, answered = threading.Event(), list[BaseException](), Answered()

    def search(client: int) -> None:
        models = FakeModels()
        models.others[Turned.id] = turned()
        store = Store.open(settings, Role.WEB)
        searcher = Searcher(store, models, home=settings.home)  # type: ignore[arg-type]
        try:
            n = client
            while not ended.is_set():
                ask(searcher, n)
                n = answered.one_more()
        except BaseException as error:
            errors.append(error)
        finally:
            store.close()

    threads = [threading.Thread(target=search, args=(client,)) for client in range(number)]
    for thread in threads:
        thread.start()
    try:
        yield answered
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    if errors:
        raise errors[0]

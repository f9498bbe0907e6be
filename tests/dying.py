"""A run of ingestion in a process of its own, in which the worker dies, or the engine at a given write."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Literal

from redis.connection import AbstractConnection

from ingest import vectors, write
from ingest.run import Options, ingest
from semsearch.cli.show_ingest import Silent
from semsearch.sandbox import Sandbox
from semsearch.settings import Settings
from semsearch.store import keys
from semsearch.store.engine import engine
from semsearch.store.store import Store
from tests.fakes import FakeModels

Victim = Literal["worker", "engine"]

# Sent first, these change nothing, and neither does what is sent along with them.
_READS = frozenset(
    b"AUTH CLIENT EXISTS FT.AGGREGATE FT.INFO FT.SEARCH FT._LIST GET HGET HGETALL HMGET INFO PING SCAN "
    b"UNWATCH WATCH XREVRANGE".split()
)
# Passages of one batch, for which there are as many batches here as there are in a library.
_PASSAGES = 6

# Its processes are forked from one that has this module loaded: they begin at once.
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload([__name__])


def run(settings: Settings, folder: Path, options: Options, victim: Victim, nth: int) -> int | None:
    """Ingest `folder`; `victim` dies at the `nth` write, if there are as many. What became of the worker: 0,
    or the signal that ended it, negative.
    """
    worker = _processes.Process(target=_ingest, args=(settings, folder, options, victim, nth))
    worker.start()
    try:
        worker.join(60)
        return worker.exitcode
    finally:
        worker.kill()
        worker.join()


@contextmanager
def started(settings: Settings, folder: Path) -> Iterator[BaseProcess]:
    """A worker that ingests `folder`, for the test to kill. Its models are fakes; its reader of text in
    pictures is not.
    """
    worker = _processes.Process(target=_ingest_undisturbed, args=(settings, folder))
    worker.start()
    try:
        yield worker
    finally:
        worker.kill()
        worker.join()


def is_write(sent: bytes) -> bool:
    """Whether the first of the commands that are sent together changes anything.

    The progress and the lease of the run do not count: a clock decides how often they are written, and the
    run ends well without the last of these writes.
    """
    told = any(key.encode() in sent for key in (keys.PROGRESS, keys.LEASE))
    return not told and sent.split(b"\r\n", 3)[2] not in _READS


def _ingest(settings: Settings, folder: Path, options: Options, victim: Victim, nth: int) -> None:
    # The worker itself reads the files: to start its readers would take longer than the run.
    Sandbox.call = lambda _, function, *arguments: function(*arguments)  # type: ignore[method-assign]
    write._PASSAGES = vectors._PASSAGES = _PASSAGES
    store = Store.open(settings)
    _die(victim, nth, engine.info(settings).pid)
    ingest([folder], settings, store, FakeModels(), Silent(), options)  # type: ignore[arg-type]


def _ingest_undisturbed(settings: Settings, folder: Path) -> None:
    ingest([folder], settings, Store.open(settings), FakeModels(), Silent())  # type: ignore[arg-type]


def _die(victim: Victim, nth: int, engine_pid: int | None) -> None:
    """Have `victim` killed at the `nth` write: the worker with half of it sent, the engine with all of it."""
    send, writes = AbstractConnection.send_packed_command, count(1)

    def counted(self: AbstractConnection, command: Iterable[bytes], check_health: bool = True) -> None:
        sent = b"".join(command)
        deadly = is_write(sent) and next(writes) == nth
        if deadly and victim == "worker":
            send(self, [sent[: len(sent) // 2]], check_health)
            os.kill(os.getpid(), signal.SIGKILL)
        send(self, [sent], check_health)
        if deadly:
            assert engine_pid is not None
            os.kill(engine_pid, signal.SIGKILL)

    AbstractConnection.send_packed_command = counted

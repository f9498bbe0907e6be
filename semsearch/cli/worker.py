"""`semsearch worker`: a process that carries out batches of the runs of ingestion."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from semsearch.cli.terminal import err, out, settings_now

_LOWER_PRIORITY = 10
# The time until a process that was killed is started again, in seconds.
_AGAIN = 1.0

worker_app = typer.Typer(
    invoke_without_command=True,
    help="Help runs of ingestion, on this machine or another one that sees the same folders.",
)


@worker_app.callback()
def worker(
    context: typer.Context,
    processes: Annotated[int, typer.Option(min=1, help="How many batches to work on at a time.")] = 1,
    parent: Annotated[int, typer.Option(hidden=True, help="The process with which this one ends.")] = 0,
) -> None:
    """Take batches of runs of ingestion and carry them out, until SIGTERM or Ctrl-C.

    The batch at hand is finished first; a second signal ends the process at once. Without workers, a run does
    all the work itself.
    """
    if context.invoked_subcommand is not None:
        return
    with _until_told() as stop:
        if parent:
            threading.Thread(target=_end_with, args=(parent, stop), name="parent", daemon=True).start()
        if processes == 1:
            _work(stop)
        else:
            _supervise(processes, stop)


@worker_app.command()
def pause() -> None:
    """Let workers finish the batch at hand and take no further one, until `semsearch worker resume`."""
    from semsearch.store.store import Store

    Store.open(settings_now()).jobs.pause()
    out.print("workers take no further batch: `semsearch worker resume` lets them go on")


@worker_app.command()
def resume() -> None:
    """Let workers go on."""
    from semsearch.store.store import Store

    Store.open(settings_now()).jobs.resume()


def _work(stop: threading.Event) -> None:
    from ingest.workers.work import BatchWorker
    from semsearch.models.loaded import Models
    from semsearch.store.store import Store

    settings = settings_now()
    store = Store.open(settings)
    found = BatchWorker(settings, store, Models(settings))
    # Searches of a server on this machine come first. The engine runs already, so it keeps its priority.
    os.nice(_LOWER_PRIORITY)
    out.print(f"process {os.getpid()} waits for batches (Ctrl-C ends it)", highlight=False)
    found.run(stop)


def _supervise(processes: int, stop: threading.Event) -> None:
    """Keep this many workers running. One that was killed is started again."""
    command = [sys.executable, "-m", "semsearch", "worker", "--parent", str(os.getpid())]
    # In a group of their own: Ctrl-C reaches them once, through this process.
    running = [subprocess.Popen(command, process_group=0) for _ in range(processes)]
    while not stop.wait(_AGAIN):
        for n, each in enumerate(running):
            status = each.poll()
            if status is not None and status < 0:
                err.print(f"worker {each.pid} was ended by signal {-status}: another one is started")
                running[n] = subprocess.Popen(command, process_group=0)
        if all(each.poll() is not None for each in running):
            raise typer.Exit(max(each.returncode for each in running))
    for each in running:
        each.terminate()
    for each in running:
        each.wait()


def _end_with(parent: int, stop: threading.Event) -> None:
    while os.getppid() == parent and not stop.wait(_AGAIN):
        pass
    stop.set()


@contextmanager
def _until_told() -> Iterator[threading.Event]:
    """Yield an event that SIGTERM and Ctrl-C set. A second signal ends the process at once."""
    stop = threading.Event()

    def tell(*_: object) -> None:
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, signal.SIG_DFL)
        stop.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, tell)
    yield stop

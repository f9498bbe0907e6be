"""How much faster is a run with four workers than with one?

    python -m benchmarks.workers [--files 200] [--delay 0.05] [--rounds 3] [--workers 1 4]

The model takes 50 ms for each passage, in which it waits: it stands for a large model, or one on another
machine. So the figure says what the sharing of work costs, on any number of cores. Each round fills an empty
engine with the same texts of some six passages, once with each number of workers. Prints the median wall time
of a run, what each round took, and how often a passage was embedded.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing as mp
import random
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.running import median, timed
from ingest.run import ingest
from ingest.workers.work import BatchWorker
from semsearch.cli.show_ingest import Silent
from semsearch.evaluation.homes import free_port
from semsearch.models.loaded import Models
from semsearch.models.protocol import TextEmbedder
from semsearch.records import Kind, Vectors
from semsearch.settings import Settings
from semsearch.store.engine import engine
from semsearch.store.store import Store

_DIMS = 64
_BAR = 3.2
_WORDS = 900
_processes = mp.get_context("spawn")


class WaitingModel:
    """Takes the tokenizer of a model, waits for each text, and writes it to a file."""

    accepts = frozenset({Kind.TEXT})
    id, dims = "waiting", _DIMS

    def __init__(self, model: TextEmbedder, delay: float, log: Path | None) -> None:
        self.max_tokens = model.max_tokens
        self.common = model.common
        self.tokenizer = model.tokenizer
        self._delay = delay
        self._log = log

    def embed(self, batch: Sequence[Any], *, query: bool = False) -> Vectors:
        if not query and self._log is not None:
            time.sleep(self._delay * len(batch))
            with self._log.open("a") as file:
                file.writelines(f"{hashlib.sha256(text.encode()).hexdigest()}\n" for text in batch)
        seeds = (int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") for text in batch)
        made = np.stack([np.random.default_rng(seed).normal(size=_DIMS) for seed in seeds])
        unit: Vectors = (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)
        return unit


class WaitingModels:
    """The waiting model, and none for pictures."""

    text_id, image_id = WaitingModel.id, ""
    text_source, image_source, is_open = WaitingModel.id, "", False

    def __init__(self, settings: Settings, delay: float, log: Path | None) -> None:
        self._model = WaitingModel(Models(settings).text(), delay, log)

    def text(self) -> WaitingModel:
        return self._model

    def image(self) -> None:
        return None


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--delay", type=float, default=0.05)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 4])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary:
        folder = Path(temporary, "folder")
        _fill(folder, options.files)
        taken: dict[int, list[float]] = {number: [] for number in options.workers}
        for round_ in range(options.rounds):
            for number in options.workers:
                home = Path(temporary, f"{round_}-{number}")
                taken[number].append(_run(folder, home, number, options.delay))
        first = median(taken[options.workers[0]])
        for number, seconds in taken.items():
            rounds = " ".join(f"{each:.1f}" for each in seconds)
            speed = first / median(seconds)
            print(f"{number} workers: {median(seconds):6.1f} s ({rounds}), {speed:.2f} x (bar: {_BAR} x)")


def _fill(folder: Path, files: int) -> None:
    words = [f"word{number}" for number in range(5000)]
    seeded = random.Random(1)
    folder.mkdir()
    for number in range(files):
        sentences = [" ".join(seeded.choices(words, k=12)).capitalize() + "." for _ in range(_WORDS // 12)]
        (folder / f"{number}.txt").write_text(" ".join(sentences))


def _run(folder: Path, home: Path, number: int, delay: float) -> float:
    """The seconds that a run takes with this many workers, which are there before it begins."""
    settings = Settings(home=home, redis_port=free_port(), redis_url="", ocr=False)
    log = home.with_suffix(".log")
    engine.ensure_running(settings)
    try:
        store = Store.open(settings)
        models: Any = WaitingModels(settings, delay, None)
        with _working(settings, store, number, delay, log):
            seconds = timed(lambda: ingest([folder], settings, store, models, Silent()))
        embedded = Counter(log.read_text().splitlines())
        twice = sum(count > 1 for count in embedded.values())
        print(f"{number} workers: {seconds:6.1f} s, {len(embedded):,} passages, {twice} of them twice")
        store.close()
        return seconds
    finally:
        engine.stop(settings)


@contextmanager
def _working(settings: Settings, store: Store, number: int, delay: float, log: Path) -> Iterator[None]:
    running = [_processes.Process(target=_work, args=(settings, delay, log)) for _ in range(number)]
    for each in running:
        each.start()
    while len(store.jobs.workers()) < number:
        time.sleep(0.1)
    try:
        yield
    finally:
        for each in running:
            each.terminate()
        for each in running:
            each.join()


def _work(settings: Settings, delay: float, log: Path) -> None:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    models: Any = WaitingModels(settings, delay, log)
    BatchWorker(settings, Store.open(settings), models).run(stop)


if __name__ == "__main__":
    main()

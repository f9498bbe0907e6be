"""How much memory of Redis does a file take, and a passage?

    python -m benchmarks.memory FOLDER [--files 5000] [--long 250]     (BEIR layout)

Ingests two libraries that are made of random sentences of the collection: small notes, each of about one
passage, and longer texts of 150 sentences. Vectors are made up. Prints how long the engine takes to start,
the memory that it takes in all, and its parts: each part is what the engine takes less when that part is
removed. An empty engine is not counted.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.engine_blocks import MadeUpModels
from benchmarks.index_kinds import restarted
from ingest.run import Options, ingest
from semsearch.cli.show_ingest import Silent
from semsearch.evaluation.datasets import load
from semsearch.evaluation.homes import free_port
from semsearch.models.loaded import Models
from semsearch.settings import Settings
from semsearch.store.engine import engine
from semsearch.store.keys import index_alias, piece_prefix
from semsearch.store.layout import Layout
from semsearch.store.schema import DOC, TEXT, VECTOR, WORDS
from semsearch.store.store import Store

_NOTE, _LONG = 5, 150
_BATCH = 1000
# Bytes by which the memory may differ from one look to the next: connections have buffers.
_CLOSE = 10_000
# Seconds in which the indexes are cleaned of what was replaced. They do that every 30 seconds.
_CLEANING = 65
# The bar: bytes of Redis for a passage and its file.
_MOST = 5_000


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=5_000)
    parser.add_argument("--long", type=int, default=250)
    options = parser.parse_args()
    sentences = [
        sentence
        for _, text in load(options.folder).corpus.values()
        for sentence in re.split(r"(?<=[.!?]) ", text)
        if sentence
    ]
    print(f"bar: {_MOST:,} bytes for a small file and its passage")
    for name, files, length in (("notes", options.files, _NOTE), ("long texts", options.long, _LONG)):
        with tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary:
            settings = Settings(home=Path(temporary) / "home", redis_url="", redis_port=free_port())
            folder = Path(temporary) / name
            size = _write(folder, sentences, files, length)
            try:
                print(f"{name}: {files:,} files of {size / files:,.0f} bytes", end=", ")
                _measure(settings, folder)
            finally:
                engine.stop(settings)


def _write(folder: Path, sentences: list[str], files: int, length: int) -> int:
    """Write files in folders of a hundred. Returns their size in bytes."""
    chance = random.Random(length)
    words = sorted({word for each in sentences[:2_000] for word in re.findall("[a-z]{4,}", each)})
    size = 0
    for number in range(files):
        # Half of the names say what is in the file, half are like those of a camera or a scanner.
        name = f"{' '.join(chance.choices(words, k=3))}" if number % 2 else f"scan_{number:05}"
        path = folder / f"folder {number // 100}" / f"{name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        size += path.write_text(" ".join(chance.choices(sentences, k=length)), encoding="utf-8")
    return size


def _measure(settings: Settings, folder: Path) -> None:
    store = Store.open(settings)
    client = store._client
    empty = _settled(client)
    ingest([folder], settings, store, MadeUpModels(Models(settings)), Silent(), Options())  # type: ignore[arg-type]
    seconds = restarted(settings, store, index_alias(DOC))
    store = Store.open(settings)
    client = store._client
    time.sleep(_CLEANING)
    records = list(store.ledger)
    passages = sum(record.pieces for record in records)
    whole = _settled(client) - empty
    print(
        f"{passages:,} passages: {whole / 2**20:.1f} MB, {whole / passages:,.0f} bytes a passage, "
        f"{whole / len(records):,.0f} a file; the engine starts in {seconds:.1f} s"
    )
    left = empty + whole
    for name, remove in _parts(client):
        remove()
        now = _settled(client)
        _report(name, left - now, passages, len(records))
        left = now
    _report("records, without terms", left - empty, passages, len(records))


def _report(name: str, size: int, passages: int, files: int) -> None:
    print(f"  {name:24} {size / passages:7,.0f} a passage {size / files:8,.0f} a file")


def _parts(client: Any) -> list[tuple[str, Callable[[], object]]]:
    """The parts of the memory, each with what removes it, in the order in which they must be removed."""
    vector = Layout().field(VECTOR)

    def each(prefix: str, change: Callable[[Any, bytes], object]) -> None:
        keys = iter(list(client.scan_iter(match=f"{prefix}*", count=_BATCH)))
        while batch := list(islice(keys, _BATCH)):
            pipe = client.pipeline(transaction=False)
            for key in batch:
                change(pipe, key)
            pipe.execute()

    passages, documents = piece_prefix(TEXT), piece_prefix(DOC)
    return [
        ("index of passages", lambda: client.ft(index_alias(TEXT)).dropindex(delete_documents=False)),
        ("vectors in the passages", lambda: each(passages, lambda pipe, key: pipe.hdel(key, vector))),
        ("passages", lambda: each(passages, lambda pipe, key: pipe.unlink(key))),
        ("index of documents", lambda: client.ft(index_alias(DOC)).dropindex(delete_documents=False)),
        ("terms beyond the first", lambda: each(piece_prefix(WORDS), lambda pipe, key: pipe.unlink(key))),
        ("terms", lambda: each(documents, lambda pipe, key: pipe.hdel(key, "terms"))),
    ]


def _settled(client: Any) -> int:
    """The memory that the engine uses, in bytes, when it has freed what it frees in the background."""
    return next(now for before, now in _pairs(client) if abs(before - now) < _CLOSE)


def _pairs(client: Any) -> Iterator[tuple[int, int]]:
    before = -1
    while True:
        now = int(client.info("memory")["used_memory"])
        yield before, now
        before = now
        time.sleep(0.5)


if __name__ == "__main__":
    main()

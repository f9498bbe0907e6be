"""What does a run over many files cost?

    python -m benchmarks.many_files [--files 1000 100000] [--moved 5000] [--new 200] [--words 20000]
                                    [--census 1000000]

For each number of files, makes a folder of small texts and puts their documents into a new index, with
made-up vectors. Then it runs `semsearch ingest` on the folder: when nothing has changed, when a part of the
files was moved, and when some new files came, for which the model is loaded. Prints the seconds, the
processor time of the worker and of the engine, and the greatest memory of the worker.

Then `--words` new files are ingested into an empty index. Prints when the first of them is found by its
words, and when all are. At last, a census of `--census` made-up documents is taken, without Redis. Prints
what it adds to the memory of a process.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks.running import Installation, installation, resident_mb
from ingest.discover import discover
from ingest.readers.documents import SourceFile, TextDocument
from ingest.readers.file_bytes import content_hash
from ingest.record import record_of
from semsearch.language.terms import line_of
from semsearch.models.catalogue import text_model_id
from semsearch.records import Passage, State, Vector
from semsearch.store import queries, word_filters
from semsearch.store.census_builder import CENSUS_FIELDS, CensusBuilder
from semsearch.store.codec import passage_piece
from semsearch.store.entries import Entry
from semsearch.store.fingerprint import Fingerprint
from semsearch.store.keys import doc_id
from semsearch.store.schema import DOC, TEXT
from semsearch.store.store import Store
from semsearch.store.terms import passage_terms

_DIMS, _IN_A_FOLDER, _BATCH = 384, 100, 200
_SUBJECTS = [
    "shelves",
    "boxes",
    "labels",
    "harbours",
    "lanterns",
    "meadows",
    "violins",
    "owls",
    "bridges",
    "clocks",
]
_LONGEST = 900.0


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--files", type=int, nargs="*", default=[1000, 100_000])
    parser.add_argument("--moved", type=int, default=5000)
    parser.add_argument("--new", type=int, default=200)
    parser.add_argument("--words", type=int, default=20_000)
    parser.add_argument("--census", type=int, default=1_000_000)
    options = parser.parse_args()
    for files in options.files:
        with _installed() as (installed, folder):
            _known(folder, files, installed)
            _run("nothing changed", folder, files, installed)
            _move(folder, min(options.moved, files // 10))
            _run(f"{min(options.moved, files // 10):,} moved", folder, files, installed)
            _write(folder / "new", options.new, start=files)
            _run(f"{options.new:,} new", folder, files, installed)
    if options.words:
        with _installed() as (installed, folder):
            _write(folder, options.words)
            _words(folder, options.words, installed)
    if options.census:
        _census(options.census)


@contextmanager
def _installed() -> Iterator[tuple[Installation, Path]]:
    with (
        tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary,
        installation(Path(temporary), SEMSEARCH_OCR="off") as installed,
    ):
        yield installed, Path(temporary, "folder")


def _write(folder: Path, files: int, start: int = 0) -> None:
    for number in range(start, start + files):
        file = folder / f"{number // _IN_A_FOLDER:05}" / f"report {number}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        subjects = " and ".join(_SUBJECTS[int(digit)] for digit in str(number))
        file.write_text(f"Report {number} of the office is on {subjects}.\n")


def _move(folder: Path, files: int) -> None:
    for number in range(files // _IN_A_FOLDER):
        (folder / f"{number:05}").rename(folder / f"moved {number:05}")


def _known(folder: Path, files: int, installed: Installation) -> None:
    """Fill the folder, and put its documents into the index. The vectors are made up."""
    _write(folder, files)
    installed.run("ingest", str(_emptied(folder)))  # the folder is known from here on
    store = Store.open(installed.settings)
    store.prepare_index(DOC)
    store.prepare_index(TEXT, Fingerprint.of_texts(text_model_id(installed.settings), _DIMS))
    chance = np.random.default_rng(0)
    found = discover(folder.resolve())
    while batch := list(islice(found, _BATCH)):
        vectors = chance.normal(size=(len(batch), _DIMS)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        store.documents.replace(map(_entry, batch, vectors), {})
    store.close()
    installed.run("ingest", str(folder))  # it calibrates


def _emptied(folder: Path) -> Path:
    beside = folder.with_name("first")
    _write(beside, 1)
    return beside


def _entry(file: SourceFile, vector: Vector) -> Entry:
    content = file.absolute.read_text().strip()
    document = TextDocument("text/plain", Path(file.path).stem, content)
    passage = Passage(0, content, 0, len(content))
    record = record_of(file, content_hash(file), State.INDEXED, document=document)
    return Entry(record, (passage_piece(passage, vector),), passage_terms([passage]))


def _run(what: str, folder: Path, files: int, installed: Installation) -> None:
    store = Store.open(installed.settings)
    engine = _engine_seconds(store)
    started = time.monotonic()
    command = [sys.executable, "-m", "semsearch", "ingest", str(folder)]
    worker = subprocess.Popen(command, env=installed.environment, stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    said = worker.stdout.read().strip().splitlines()
    _, _, used = os.wait4(worker.pid, 0)
    seconds = time.monotonic() - started
    print(
        f"{files:7,} files, {what:15}: {seconds:6.1f} s, worker {used.ru_utime + used.ru_stime:5.1f} CPU s, "
        f"engine {_engine_seconds(store) - engine:5.1f} CPU s, {used.ru_maxrss / 1000:4.0f} MB   {said[0]}"
    )
    store.close()


def _engine_seconds(store: Store) -> float:
    """The processor time that the engine has used."""
    facts = store._client.info("cpu")
    return float(facts["used_cpu_user"]) + float(facts["used_cpu_sys"])


def _words(folder: Path, files: int, installed: Installation) -> None:
    """Ingest the folder, and watch how many of its documents a search by words finds."""
    store = Store.open(installed.settings)
    store.prepare_index(DOC)
    office = queries.count(DOC, word_filters.with_phrase(line_of("office").split()))
    command = [sys.executable, "-m", "semsearch", "ingest", str(folder)]
    worker = subprocess.Popen(command, env=installed.environment, stdout=subprocess.DEVNULL)
    started, first, found = time.monotonic(), 0.0, 0
    while found < files and worker.poll() is None and time.monotonic() - started < _LONGEST:
        time.sleep(0.1 if found == 0 else 0.5)
        (found,) = store.ask([office])
        first = first or (time.monotonic() - started if found else 0.0)
    print(f"{files:,} new files: the first is found by its words after {first:.1f} s, ", end="")
    print(f"{found:,} after {time.monotonic() - started:.1f} s")
    worker.terminate()
    worker.wait()
    store.close()


def _census(documents: int) -> None:
    """Count made-up documents, some at a time, as a run does with what Redis has."""
    before, started = resident_mb(os.getpid()), time.monotonic()
    builder = CensusBuilder()
    for start in range(0, documents, _BATCH):
        numbers = range(start, min(documents, start + _BATCH))
        builder.add_stored([doc_id("/made-up", f"{n}.txt") for n in numbers], map(_stored, numbers))
    census = builder.census()
    seconds, more = time.monotonic() - started, resident_mb(os.getpid()) - before
    greatest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000 - before
    print(
        f"a census of {len(census):,} documents: {more:,.0f} MB, {greatest:,.0f} MB while it is taken, "
        f"{seconds:.1f} s without Redis"
    )


def _stored(number: int) -> list[bytes]:
    """The values of CENSUS_FIELDS of a made-up text."""
    values: dict[str, object] = {"size": 1000, "mtime_ns": 10**18 + number, "ctime_ns": 10**18}
    values |= {"inode": number, "pieces": 1, "indexed_at": 1e9}
    values |= {"kind": "text", "state": "indexed", "titled": "name", "root": "/made-up"}
    values |= {"sha256": sha256(str(number).encode()).hexdigest(), "path": f"{number}.txt"}
    return [str(values.get(name, "")).encode() for name in CENSUS_FIELDS]


if __name__ == "__main__":
    main()

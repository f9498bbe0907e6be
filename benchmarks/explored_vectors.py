"""Make the vectors that the benchmarks of explored libraries read.

    python -m benchmarks.explored_vectors DATA OUT

DATA has `text/scifact`, `text/cisi` and `text/time` in BEIR layout, and `images/caltech101_half.tar` and
`images/flickr8k_dev.tar`. Each collection is ingested as a library of its own. The vectors of its documents
are read from Redis and kept in OUT: `scifact.npz`, `caltech.looks.npz`, `caltech.meaning.npz` and so on. A
collection that is there already is left as it is. `read` reads such a file.
"""

from __future__ import annotations

import argparse
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.running import installation
from semsearch.evaluation.datasets import load
from semsearch.explore.vectors import LOOKS, MEANING, TEXTS, LibraryVectors
from semsearch.records import Kind, Vectors
from semsearch.store.store import Store

_BEIR, _PHOTOS = ("scifact", "cisi", "time"), ("caltech101_half", "flickr8k_dev")


@dataclass(frozen=True, eq=False)
class Collection:
    """Unit vectors (documents, dims), with the path of each document and the folder it lies in."""

    ids: npt.NDArray[np.str_]
    vectors: Vectors
    labels: npt.NDArray[np.str_]


def read(folder: Path, name: str) -> Collection:
    """A collection, such as "scifact" or "caltech.looks". Raises SystemExit when it has not been made."""
    file = folder / f"{name}.npz"
    if not file.exists():
        raise SystemExit(
            f"{file} is missing: make it with python -m benchmarks.explored_vectors DATA {folder}"
        )
    found = np.load(file)
    return Collection(found["ids"], found["vectors"], found["labels"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    data, out = arguments.data, arguments.out
    out.mkdir(parents=True, exist_ok=True)
    for name in _BEIR:
        _make(out, {name: TEXTS}, partial(_write, data / "text" / name))
    for name in _PHOTOS:
        short = name.partition("_")[0].removesuffix("101").removesuffix("8k")
        wanted = {f"{short}.looks": LOOKS, f"{short}.meaning": MEANING}
        _make(out, wanted, partial(_unpack, data / "images" / f"{name}.tar"))


def _write(collection: Path, folder: Path) -> None:
    load(collection).write(folder)


def _unpack(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")


def _make(out: Path, wanted: Mapping[str, tuple[Kind, str]], write: Callable[[Path], None]) -> None:
    if all((out / f"{name}.npz").exists() for name in wanted):
        return
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work, "files")
        write(folder)
        with installation(Path(work), SEMSEARCH_OCR="off", SEMSEARCH_EXPLORE="off") as installed:
            installed.run("ingest", str(folder))
            store = Store.open(installed.settings)
            vectors = LibraryVectors(store)
            for name, which in wanted.items():
                found = vectors.of(which)
                paths = [record.path for record in store.ledger.get_many(found.docs)]
                labels = [path.split("/")[-2] if "/" in path else "" for path in paths]
                np.savez(out / f"{name}.npz", ids=paths, vectors=found.vectors, labels=labels)
                print(f"{name}: {len(found):,} documents", flush=True)
            store.close()


if __name__ == "__main__":
    main()

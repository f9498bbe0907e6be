"""Make the vectors that the benchmarks of explored libraries read.

    python -m benchmarks.explored_vectors DATA OUT

DATA has `text/scifact`, `text/cisi` and `text/time` in BEIR layout, and `images/caltech101_half.tar` and
`images/flickr8k_dev.tar`. Each collection is ingested as a library of its own. The vectors of its documents
are read from Redis and kept in OUT: `scifact.npz`, `caltech.looks.npz`, `caltech.meaning.npz` and so on. A
collection that is there already is left as it is. `read` reads such a file.

`mixed` is a library of texts from six sources, up to 240 of each, in a folder for each: these three
collections, paragraphs of `text/xquad`, chapters of the book in `folder/notes/rust-book`, and captions of
`images/flickr8k_dev.jsonl`. `--only NAME` makes one collection.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.running import installation
from semsearch.evaluation.datasets import load
from semsearch.explore.vectors import LOOKS, MEANING, TEXTS, LibraryVectors, Sight
from semsearch.records import Vectors
from semsearch.store.store import Store

_BEIR, _PHOTOS = ("scifact", "cisi", "time"), ("caltech101_half", "flickr8k_dev")
# The most texts of each source in the mixed library.
_MIXED = 240


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
    parser.add_argument("--only", default="", metavar="NAME")
    arguments = parser.parse_args()
    data, out, only = arguments.data, arguments.out, arguments.only
    out.mkdir(parents=True, exist_ok=True)
    for name in _BEIR:
        if only in ("", name):
            _make(out, {name: TEXTS}, partial(_write, data / "text" / name))
    for name in _PHOTOS:
        short = name.partition("_")[0].removesuffix("101").removesuffix("8k")
        wanted = {f"{short}.looks": LOOKS, f"{short}.meaning": MEANING}
        if only in ("", short):
            _make(out, wanted, partial(_unpack, data / "images" / f"{name}.tar"))
    if only in ("", "mixed"):
        _make(out, {"mixed": TEXTS}, partial(write_mixed, data))


def write_mixed(data: Path, folder: Path) -> None:
    """Write the library of texts from six sources, each in a folder of its own."""
    for name in _BEIR:
        texts = [f"{title}\n\n{text}" for title, text in load(data / "text" / name).corpus.values()]
        _write_texts(folder / name, texts)
    paragraphs = _rows(data / "text" / "xquad" / "corpus.en.jsonl")
    _write_texts(folder / "xquad", [row["text"] for row in paragraphs])
    captions = _rows(data / "images" / "flickr8k_dev.jsonl")
    _write_texts(folder / "captions", ["\n".join(row["captions"]) for row in captions])
    chapters = sorted((data / "folder" / "notes" / "rust-book").glob("*.md"))[:_MIXED]
    (folder / "book").mkdir()
    for chapter in chapters:
        shutil.copy(chapter, folder / "book")


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _write_texts(folder: Path, texts: Sequence[str]) -> None:
    """Write texts that are spread evenly over all of them."""
    folder.mkdir(parents=True)
    for n, text in enumerate(texts[:: max(1, len(texts) // _MIXED)][:_MIXED]):
        (folder / f"{n:03}.txt").write_text(text.strip() + "\n", encoding="utf-8")


def _write(collection: Path, folder: Path) -> None:
    load(collection).write(folder)


def _unpack(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")


def _make(out: Path, wanted: Mapping[str, Sight], write: Callable[[Path], None]) -> None:
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

"""Write the vectors of a library for TensorBoard's Embedding Projector (https://projector.tensorflow.org)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from semsearch.errors import FileError
from semsearch.explore.maps import SIGHTS
from semsearch.explore.vectors import LibraryVectors
from semsearch.query import MapName
from semsearch.records import DocumentRecord
from semsearch.store.store import Store

# The first line of metadata.tsv.
COLUMNS = ("path", "title", "kind", "folder", "language", "topic")


@dataclass(frozen=True, slots=True)
class Written:
    """The folder of a map, and the number of its documents."""

    folder: Path
    documents: int


def write_projector(store: Store, folder: Path) -> list[Written]:
    """Write `texts/tensors.tsv` and `texts/metadata.tsv`, and the same of pictures, into a folder.

    The vectors of each have dimensions of their own, so they cannot be in one file. A kind without vectors is
    left out. Raises FileError when a file cannot be written, and RedisError.
    """
    vectors, written = LibraryVectors(store), []
    for on in (MapName.TEXTS, MapName.PICTURES):
        (which,) = SIGHTS[on]
        found = vectors.of(which)
        if not len(found):
            continue
        records = {record.doc: record for record in store.ledger.get_many(found.docs)}
        topics = store.ledger.fields(found.docs, ["topic"])
        rows = [
            (vector, _described(records[doc], (topic or b"").decode()))
            for doc, vector, (topic,) in zip(found.docs, found.vectors, topics, strict=True)
            if doc in records
        ]
        place = folder.expanduser() / on.value
        try:
            place.mkdir(parents=True, exist_ok=True)
            _write(place / "tensors.tsv", (map(_number, vector) for vector, _ in rows))
            _write(place / "metadata.tsv", chain([COLUMNS], (cells for _, cells in rows)))
        except OSError as error:
            raise FileError(f"{place} cannot be written: {error.strerror}") from error
        written.append(Written(place, len(rows)))
    return written


def _write(file: Path, rows: Iterator[Iterator[str] | tuple[str, ...]]) -> None:
    with file.open("w", encoding="utf-8", newline="\n") as opened:
        opened.writelines("\t".join(row) + "\n" for row in rows)


def _number(value: np.float32) -> str:
    return f"{value:.6g}"


def _described(record: DocumentRecord, topics: str) -> tuple[str, ...]:
    folder = record.path.rpartition("/")[0]
    topic = topics.partition("\n")[0]
    cells = (record.path, record.title, record.kind.value, folder, record.language, topic)
    return tuple(_cell(each) for each in cells)


def _cell(text: str) -> str:
    """A text without tabs and line breaks, and without bytes that are no UTF-8."""
    return " ".join(text.encode("utf-8", "replace").decode().split())

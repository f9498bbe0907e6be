"""A small library, written to a file as an export writes it, with changes that make it wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from semsearch.archive.header import Header
from semsearch.archive.parquet import TableWriter
from semsearch.archive.rows import Row, document_row, piece_row
from semsearch.records import DocumentRecord, Kind, Passage, Source, State, Vector
from semsearch.store.contents import EmbeddedPassage, Piece, View
from semsearch.store.fingerprint import Fingerprint
from semsearch.store.keys import doc_id
from semsearch.store.statistics import Calibration, Measures, Scale

DIMS = 4
ROOT = "/srv/library"
TEXTS, PICTURES = Fingerprint.of_texts("words", DIMS), Fingerprint.of_pictures("colours", DIMS, 2)
HEADER = Header(
    written_by="0.1.0",
    written_at="2026-11-26T10:00:00Z",
    counts={"document": 3, "passage": 3, "view": 1},
    fingerprints={"text": TEXTS, "image": PICTURES},
    folders={ROOT: True, "/srv/caf\udce9": False},
    measures=Measures(
        {
            Kind.TEXT: Calibration(
                Scale(0.1, 0.05), mean_vector=np.full(DIMS, 0.5, np.float32).tobytes(), measured=True
            )
        },
        {"owl": 2},
        5,
        "2",
    ),
)


def record(path: str, **values: object) -> DocumentRecord:
    return DocumentRecord(
        **{
            "doc": doc_id(ROOT, path),
            "root": ROOT,
            "path": path,
            "kind": Kind.TEXT,
            "media_type": "text/plain",
            "size": 10,
            "mtime_ns": 1_600_000_000_123_456_789,
            "sha256": "abc",
            "title": path,
            "state": State.INDEXED,
            **values,
        }  # type: ignore[arg-type]
    )


def unit(*values: float) -> Vector:
    vector = np.array(values, np.float32)
    return vector / np.linalg.norm(vector)


OWLS, RED, DAMAGED = (
    record("owls.txt", pieces=2),
    record("red.png", kind=Kind.IMAGE, media_type="image/png", pieces=1, texts=1, dated=1_500_000_000.5),
    record("caf\udce9.pdf", state=State.FAILED, reason="no PDF"),
)
HUNT = Passage(0, "Owls hunt", 0, 9, "owls", ("Birds", "Owls"), page=3, lead="owls > Birds")
NIGHT = Passage(1, "at night", 10, 18, "owls")
CAPTION = Passage(0, "red", 0, 3, source=Source.METADATA)
LIBRARY: list[tuple[DocumentRecord, list[Piece]]] = [
    (OWLS, [EmbeddedPassage(HUNT, unit(1, 2, 3, 4)), EmbeddedPassage(NIGHT, None)]),
    (RED, [View(0, 60, 40, unit(1, 0, 0, 1), unit(3, 4)), EmbeddedPassage(CAPTION, unit(1, 1, 1, 1))]),
    (DAMAGED, []),
]


def rows() -> list[Row]:
    """The rows of the library: document, passage, passage, document, view, passage, document."""
    return [
        row
        for record, pieces in LIBRARY
        for row in [document_row(record, record.state), *(piece_row(record, piece) for piece in pieces)]
    ]


def write(file: Path, rows: Sequence[Row], header: Header = HEADER) -> Path:
    with TableWriter(file) as table:
        for row in rows:
            table.write(row)
        table.finish(header)
    return file

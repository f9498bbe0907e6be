"""Write all documents, with their vectors, to a file."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from semsearch.archive.header import Header
from semsearch.archive.parquet import TableWriter
from semsearch.archive.rows import DOCUMENT, PASSAGE, VIEW, document_row, piece_row
from semsearch.lock import one_at_a_time
from semsearch.settings import Settings
from semsearch.store.store import Store
from semsearch.text import iso

# Takes the number of documents that are done, and the number of all.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written. `left_out` counts the documents of which Redis has lost or damaged a part."""

    file: Path
    documents: int
    passages: int
    views: int
    left_out: int
    bytes: int
    seconds: float


def export(file: Path, settings: Settings, store: Store, progress: Progress) -> Exported:
    """Write all documents to a file, which takes the place of one with that name. Nothing is embedded.

    Runs of ingestion and imports of this home wait meanwhile. Memory does not grow with the library, except
    for 16 characters a document. Raises ArchiveError, RedisError.
    """
    file = file.expanduser().absolute()
    started = time.monotonic()
    with TableWriter(file) as table, one_at_a_time(settings.home):
        fingerprints = store.fingerprints()
        docs = store.contents.docs()
        counts: Counter[str] = Counter(dict.fromkeys((DOCUMENT, PASSAGE, VIEW), 0))
        for content in store.contents.read(docs, fingerprints):
            table.write(document_row(content.record, content.state))
            counts[DOCUMENT] += 1
            for piece in content.pieces:
                row = piece_row(content.record, piece)
                table.write(row)
                counts[row["row"]] += 1
            progress(counts[DOCUMENT], len(docs))
        header = Header(
            written_by=version("semsearch"),
            written_at=iso(datetime.now(UTC)),
            counts=counts,
            fingerprints=fingerprints,
            folders=store.inventory.folders(),
            measures=store.statistics.measures(),
            mine={name: store.mine.get(name) for name in store.mine.names()},
        )
        size = table.finish(header)
    seconds = round(time.monotonic() - started, 2)
    return Exported(
        file, counts[DOCUMENT], counts[PASSAGE], counts[VIEW], len(docs) - counts[DOCUMENT], size, seconds
    )

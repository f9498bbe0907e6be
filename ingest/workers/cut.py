"""Cut the work of a stage into batches, the newest files first.

What may have the same content goes into one batch, so that no two workers embed it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar
from uuid import uuid4

from ingest.prepare import content_key
from ingest.readers.documents import SourceFile
from ingest.readers.file_bytes import content_hash
from ingest.record import id_of
from ingest.workers.batch import Batch, Stage
from semsearch.errors import FileError
from semsearch.records import DocumentRecord, Kind

# A whole batch is work for some seconds: a killed worker loses no more. Where there is less work, each worker
# gets several smaller batches, so that none is left with a large one at the end of the stage. Handing over a
# batch takes a tenth of a second.
_FOR_EACH, _LEAST = 6, 1 / 16
_FILES, _BYTES = 50, 8_000_000
_PICTURES = 64
_PASSAGES = 512

_Item = TypeVar("_Item", SourceFile, DocumentRecord)


def words(files: Iterable[SourceFile], attempts: Mapping[str, int], workers: int) -> Iterator[Batch]:
    """Batches of texts to be read."""
    for some in _cut([[file] for file in files], lambda file: file.size / _BYTES + 1 / _FILES, workers):
        yield _of_files(Stage.WORDS, some, attempts)


def pictures(files: Sequence[SourceFile], attempts: Mapping[str, int], workers: int) -> Iterator[Batch]:
    """Batches of pictures. Equal sizes are in one batch, or if they are many, equal contents."""
    by_size = _grouped(files, lambda file: file.size)
    groups = [
        part
        for group in by_size
        for part in ([group] if len(group) <= _PICTURES else _grouped(group, _content))
    ]
    for some in _cut(groups, lambda _: 1 / _PICTURES, workers):
        yield _of_files(Stage.PICTURES, some, attempts)


def vectors(records: Iterable[DocumentRecord], copies: Collection[str], workers: int) -> Iterator[Batch]:
    """Batches of documents with passages to be embedded. Those with equal content are in one batch."""
    groups = _grouped(records, lambda record: content_key(record.path, record.sha256))
    for some in _cut(groups, lambda record: _passages(record) / _PASSAGES, workers):
        docs = tuple(record.doc for record in some)
        copied = tuple(doc for doc in docs if doc in copies)
        yield Batch(uuid4().hex, Stage.VECTORS, due=docs, copies=copied, newest=some[0].mtime_ns)


def scans(records: Iterable[DocumentRecord]) -> Iterator[Batch]:
    """Batches of documents in which text is to be recognised: one in each, because it takes long."""
    for record in records:
        yield Batch(uuid4().hex, Stage.OCR, due=(record.doc,), newest=record.mtime_ns)


def _of_files(stage: Stage, files: Sequence[SourceFile], attempts: Mapping[str, int]) -> Batch:
    failed = {doc: attempts[doc] for doc in map(id_of, files) if doc in attempts}
    return Batch(uuid4().hex, stage, tuple(files), attempts=failed, newest=files[0].mtime_ns)


def _grouped(items: Iterable[_Item], key: Callable[[_Item], Hashable]) -> list[list[_Item]]:
    found: defaultdict[Hashable, list[_Item]] = defaultdict(list)
    for item in items:
        found[key(item)].append(item)
    return list(found.values())


def _cut(
    groups: Iterable[list[_Item]], weight: Callable[[_Item], float], workers: int
) -> Iterator[list[_Item]]:
    """Put groups together, the newest first, until they weigh enough. A group is never divided.

    A whole batch weighs 1.
    """
    newest_first = [sorted(group, key=lambda item: -item.mtime_ns) for group in groups]
    total = sum(weight(item) for group in newest_first for item in group)
    enough = max(_LEAST, min(1.0, total / (_FOR_EACH * max(1, workers))))
    some: list[_Item] = []
    weighs = 0.0
    for group in sorted(newest_first, key=lambda group: -group[0].mtime_ns):
        more = sum(map(weight, group))
        if some and weighs + more > enough:
            yield some
            some, weighs = [], 0.0
        some.extend(group)
        weighs += more
    if some:
        yield some


def _content(file: SourceFile) -> str:
    try:
        return content_hash(file)
    except FileError:
        return ""


def _passages(record: DocumentRecord) -> int:
    return record.texts if record.kind is Kind.IMAGE else record.pieces

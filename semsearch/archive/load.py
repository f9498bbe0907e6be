"""Take the documents of an export into the index. No model is loaded."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from semsearch.archive.documents import Moves, documents
from semsearch.archive.export import Progress
from semsearch.archive.header import Header
from semsearch.archive.loader import Counts, Loader, same
from semsearch.archive.moved_searches import MovedSearches
from semsearch.archive.parquet import TableReader
from semsearch.archive.rows import DOCUMENT
from semsearch.archive.said import take_said
from semsearch.errors import ArchiveError, FingerprintError, RedisError
from semsearch.folders import known_folders
from semsearch.records import DocumentRecord
from semsearch.settings import Settings
from semsearch.store.contents import Content
from semsearch.store.schema import DOC, SCHEMA
from semsearch.store.store import Store

# Documents that are looked up in one round trip.
_BATCH = 500
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Imported:
    """What was taken in: `counts`, the ids of the models by space, and the folders of the documents.

    `folders` are those of the file, as they lie here. `unserved` are those that were never ingested on this
    machine: the web server does not open their files. `said` counts what people have said about the library
    and was not known here: marks of labels, likes and the like.
    """

    file: Path
    counts: Counts
    models: dict[str, str]
    folders: tuple[str, ...]
    unserved: tuple[str, ...]
    said: int
    seconds: float


def load(
    file: Path, settings: Settings, store: Store, progress: Progress, moves: Moves, *, replacing: bool = False
) -> Imported:
    """Write the documents of a file into the index, beside those that are there.

    The whole file is checked first: ArchiveError and FingerprintError are raised before anything is written,
    also when other versions of its documents are here, unless `replacing`. Each document is written whole or
    not at all. After a RedisError, the same import goes on where it was. Runs of ingestion of this home wait
    meanwhile. `moves` says where the folders of the file lie here.
    """
    started = time.monotonic()
    with TableReader(file.expanduser().absolute()) as table, store.lease.alone(settings.home):
        header = table.header
        moves.check(header.folders)
        _check_models(table.file, header, store)
        store.complete()
        searches = MovedSearches(header, moves)
        alone = _check_documents(table, store, moves, searches, replacing)
        mark, was_whole = store.inventory.begin_run()
        store.prepare_index(DOC)
        for space, fingerprint in header.fingerprints.items():
            store.prepare_index(space, fingerprint)
        counts = Loader(store, progress, header.counts[DOCUMENT]).run(documents(table, moves))
        if alone:
            store.statistics.keep(header.measures)
        else:
            store.statistics.count_changes(counts.written)
        folders = _note_folders(header, moves, settings, store)
        said = take_said(searches.said, store, replacing=replacing)
        _end(store, mark, whole=was_whole or alone)
    known = known_folders(settings.home)
    return Imported(
        file=table.file,
        counts=counts,
        models={space: found.model for space, found in header.fingerprints.items()},
        folders=folders,
        unserved=tuple(folder for folder in folders if folder not in known),
        said=said,
        seconds=round(time.monotonic() - started, 2),
    )


def _end(store: Store, mark: str, *, whole: bool) -> None:
    """End the run with this mark. Raises RedisError when Redis lost something meanwhile, or may have."""
    if store.inventory.is_lost(mark):
        raise RedisError("Redis lost its data while they were imported: import the file again")
    if whole:
        store.inventory.end_run(mark)
    if store.inventory.was_restarted(mark):
        raise RedisError(
            "Redis was started again during the import, and may lack the latest documents: import the file "
            "again, which goes on where it was"
        )


def _check_models(file: Path, header: Header, store: Store) -> None:
    """Raise FingerprintError if the vectors of the file cannot be compared with those of the index."""
    here = store.fingerprints()
    for space, found in header.fingerprints.items():
        if found.schema != SCHEMA[space]:
            raise FingerprintError(
                f"{file} holds {space} vectors in schema {found.schema}, and this semsearch makes those of "
                f"schema {SCHEMA[space]}: import it with semsearch {header.written_by}, or run `semsearch "
                "ingest` on the folders"
            )
        if space in here and here[space] != found:
            raise FingerprintError(
                f"{file} holds {space} vectors of {found}, and the {space} index has those of {here[space]}, "
                "which cannot be compared: import it into an empty Redis (with another SEMSEARCH_HOME or "
                "SEMSEARCH_REDIS_URL), or run `semsearch ingest` on the folders"
            )


def _check_documents(
    table: TableReader, store: Store, moves: Moves, searches: MovedSearches, replacing: bool
) -> bool:
    """Read the whole file, and compare it with the ledger. `searches` note its documents.

    Returns whether every document that is here is in the file too. Raises ArchiveError.
    """
    ids: set[int] = set()
    present, other = 0, []
    records = (_drained(content) for content in documents(table, moves))
    while batch := list(islice(records, _BATCH)):
        ids.update(int(record.doc, 16) for record in batch)
        searches.note(batch)
        known = {record.doc: record for record in store.ledger.get_many([record.doc for record in batch])}
        present += len(known)
        other += [record for record in batch if record.doc in known and not same(record, known[record.doc])]
    expected = table.header.counts[DOCUMENT]
    if len(ids) != expected:
        raise ArchiveError(f"{table.file} is damaged: it has {len(ids):,} documents, not {expected:,}")
    if other and not replacing:
        names = ", ".join(f"{record.root}/{record.path}" for record in other[:_SHOWN])
        raise ArchiveError(
            f"{len(other):,} of {len(ids):,} documents are here in another version, such as {names}. Nothing "
            "was imported. To put those of the file in their places, run again with --replace"
        )
    return present == len(store.contents.docs())


def _drained(content: Content) -> DocumentRecord:
    for _ in content.pieces:
        pass
    return content.record


def _note_folders(header: Header, moves: Moves, settings: Settings, store: Store) -> tuple[str, ...]:
    """Note the folders of the file in Redis. Returns them.

    Redis may have lost documents of a folder that was ingested on this machine, after the export was made.
    """
    whole = {moves.applied(folder): known for folder, known in header.folders.items()}
    here = known_folders(settings.home)
    unknown = store.inventory.lost_folders(whole).unknown
    store.inventory.doubt([folder for folder in unknown if folder in here or not whole[folder]])
    store.inventory.note_folders(whole)
    return tuple(sorted(whole))

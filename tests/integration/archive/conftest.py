"""A library with all kinds of documents, and its export."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.summary import Summary
from semsearch.archive.documents import Moves
from semsearch.archive.export import Exported, Progress, export
from semsearch.archive.load import Imported, load
from semsearch.records import Due, State
from semsearch.settings import Settings
from semsearch.store.codec import passage_piece
from semsearch.store.entries import Entry
from semsearch.store.keys import DISKS, doc_id, meta_key
from semsearch.store.schema import SPACES
from semsearch.store.store import Store
from semsearch.store.terms import passage_terms
from tests.fakes import fill, picture
from tests.redis_client import redis_of

Run = Callable[..., Summary]
Export = Callable[..., Exported]
Import = Callable[..., Imported]

MISSED = 1_700_000_000.0
NOT_UTF8 = os.fsdecode(b"caf\xe9.txt")


def nothing(_done: int, _total: int) -> None:
    pass


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "library.parquet"


@pytest.fixture
def exported(settings: Settings, store: Store, archive: Path) -> Export:
    """Export the library to a file."""

    def exported(file: Path = archive) -> Exported:
        return export(file, settings, store, nothing)

    return exported


@pytest.fixture
def elsewhere(settings: Settings, tmp_path: Path) -> Settings:
    """The settings of another machine: a home where nothing was ingested."""
    return settings.model_copy(update={"home": tmp_path / "elsewhere"})


@pytest.fixture
def imported(elsewhere: Settings, store: Store, archive: Path) -> Import:
    """Import a file on another machine, with the folders of the file by their places there."""

    def imported(
        file: Path = archive,
        moves: dict[str, str] | None = None,
        *,
        settings: Settings = elsewhere,
        progress: Progress = nothing,
        replacing: bool = False,
    ) -> Imported:
        return load(file, settings, store, progress, Moves(moves or {}), replacing=replacing)

    return imported


@pytest.fixture
def everything(folder: Path, run: Run, store: Store) -> Path:
    """A folder that was ingested, with a document in each state.

    One text is so long that it has many hundreds of passages. A file's name is not UTF-8.
    """
    fill(folder)
    (folder / NOT_UTF8).write_text("Coffee is grown in the highlands.")
    (folder / "unread.xyz").write_bytes(b"\0\1\2")
    (folder / "damaged.pdf").write_bytes(b"%PDF-1.4 nothing")
    (folder / "pictures" / "blue-square.txt").write_text("A blue bicycle leans at the wall.")
    lines = (f"Paragraph {n} speaks of subject{n} and of {n * 7} other things.\n\n" * 4 for n in range(300))
    (folder / "long.txt").write_text("".join(lines))
    picture(folder / "gone" / "yellow.png", "yellow")
    (folder / "gone" / "letter.txt").write_text("A letter about lighthouses.")
    run()
    for record in list(store.ledger):
        if record.path.startswith("gone/"):
            store.drafts.set_aside(record, MISSED)
        elif record.path == "notes/birds/geese.txt":
            _add_due(store, record.root, record.path)
    # What belongs to the machine is in no export: file systems, and the settings that name models.
    redis_of(store).delete(DISKS)
    for space in SPACES:
        named = [name for name in ("source", "text_source") if redis_of(store).hexists(meta_key(space), name)]
        redis_of(store).hset(meta_key(space), mapping=dict.fromkeys(named, ""))
    return folder


def _add_due(store: Store, root: str, path: str) -> None:
    """Write a document whose passages have no vectors yet, as ingestion leaves it when it is killed."""
    (source,) = store.ledger.get_many([doc_id(root, path)])
    record = replace(
        source, doc=doc_id(root, "due.txt"), path="due.txt", state=State.WAITING, due=Due.VECTORS
    )
    passages = store.ledger.passages(source)
    pieces = tuple(passage_piece(passage, None) for passage in passages)
    store.documents.replace([Entry(record, pieces, passage_terms(passages))], {})

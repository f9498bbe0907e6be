"""An import beside other documents, of files that do not fit, and one that was stopped."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import count
from pathlib import Path

import pyarrow
import pytest
from filelock import FileLock, Timeout
from pyarrow import parquet
from redis.connection import AbstractConnection

from ingest import chunk
from semsearch.archive.export import export
from semsearch.errors import ArchiveError, FingerprintError, ModelError
from semsearch.folders import known_folders
from semsearch.models.protocol import ImageEmbedder, TextEmbedder
from semsearch.query import Mode, Query
from semsearch.records import DocumentRecord
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.store import Store
from tests.database import assert_equal, database_of
from tests.dying import is_write
from tests.fakes import FakeModels, picture
from tests.integration.archive.conftest import Export, Import, Run
from tests.redis_client import redis_of
from web.app import create_app

Records = Callable[[], dict[str, DocumentRecord]]


class NoModels(FakeModels):
    """Models whose ids are known, and which fail when they are needed."""

    def text(self) -> TextEmbedder:
        raise ModelError("the text model was asked for")

    def image(self) -> ImageEmbedder | None:
        raise ModelError("the picture model was asked for")


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Another folder, with a text and a picture."""
    folder = tmp_path / "other"
    picture(folder / "green.png", "green")
    (folder / "rivers.txt").write_text("Rivers run to the sea.")
    return folder


@pytest.mark.usefixtures("library")
def test_documents_that_are_here_already_stay(
    other: Path, store: Store, exported: Export, imported: Import, run: Run, records: Records
) -> None:
    exported()
    expected = records()
    redis_of(store).flushdb()
    run(other)
    expected |= records()
    result = imported()
    assert result.counts.added == 7
    assert records() == expected
    assert store.inventory.shortages() == []
    again = imported()
    assert (again.counts.added, again.counts.replaced, again.counts.unchanged) == (0, 0, 7)


def test_another_version_of_a_document_stops_the_import_unless_it_may_be_replaced(
    library: Path,
    store: Store,
    exported: Export,
    imported: Import,
    run: Run,
    records: Records,
    searcher: Searcher,
) -> None:
    exported()
    exported_ones = records()
    (library / "notes" / "birds" / "owls.txt").write_text("Owls sleep all day. " * 40)
    (library / "notes" / "ships.md").unlink()
    run()
    before = database_of(store)
    with pytest.raises(
        ArchiveError, match=r"1 of 7 documents .*owls\.txt.* Nothing was imported.* --replace"
    ):
        imported()
    assert_equal(database_of(store), before)
    result = imported(replacing=True)
    assert (result.counts.added, result.counts.replaced, result.counts.unchanged) == (1, 1, 5)
    assert records() == exported_ones
    (hit,) = searcher.search(Query("owls", mode=Mode.WORDS)).hits
    assert hit.passages[0].snippet == "Owls hunt mice at night."
    assert not store.inventory.sweep(store.inventory.census()).lost
    assert store.inventory.shortages() == []


@pytest.mark.usefixtures("library")
def test_a_missing_document_stays_missing_unless_another_version_replaces_it(
    store: Store, exported: Export, imported: Import, records: Records
) -> None:
    exported()
    before = database_of(store)
    ships = records()["notes/ships.md"]
    store.drafts.set_aside(ships, 1_700_000_000.0)
    assert imported().counts.unchanged == 7  # its file may come back
    store.documents.replace_records([replace(records()["notes/ships.md"], sha256="another version")])
    assert imported(replacing=True).counts.replaced == 1
    assert_equal(database_of(store), before)


@pytest.mark.usefixtures("library")
def test_vectors_of_another_model_are_refused(
    other: Path, store: Store, exported: Export, imported: Import, run: Run
) -> None:
    exported()
    redis_of(store).flushdb()
    models = FakeModels()
    models.words.id = "another-model"  # type: ignore[misc]
    run(other, with_models=models)
    before = database_of(store)
    with pytest.raises(FingerprintError, match=r"bag-of-words.*another-model.*an empty Redis"):
        imported()
    assert_equal(database_of(store), before)


def test_a_damaged_file_changes_nothing(
    library: Path, archive: Path, store: Store, exported: Export, imported: Import, run: Run, other: Path
) -> None:
    exported()
    table, header = parquet.read_table(archive), parquet.read_metadata(archive).metadata[b"semsearch"]
    vectors = table.column("vector").to_pylist()
    last = max(n for n, vector in enumerate(vectors) if vector is not None)
    vectors[last][0] += 1
    column = table.schema.get_field_index("vector")
    table = table.set_column(
        column, table.schema.field(column), [pyarrow.array(vectors, pyarrow.list_(pyarrow.float32()))]
    )
    parquet.write_table(table.replace_schema_metadata({"semsearch": header}), archive)
    redis_of(store).flushdb()
    run(other)
    before = database_of(store)
    with pytest.raises(ArchiveError, match=f"{archive} is damaged at the document {library}/.* length"):
        imported()
    assert_equal(database_of(store), before)


class Stopped(BaseException):
    """Stands for a signal that ends the process: no library catches it."""


@contextmanager
def stopped_at(nth: int) -> Iterator[None]:
    """Inside the context, the connection is lost in the middle of the `nth` write."""
    send, writes = AbstractConnection.send_packed_command, count(1)

    def counted(self: AbstractConnection, command: Iterable[bytes], check_health: bool = True) -> None:
        sent = b"".join(command)
        if is_write(sent) and next(writes) == nth:
            send(self, [sent[: len(sent) // 2]], check_health)
            self.disconnect()
            raise Stopped
        send(self, [sent], check_health)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(AbstractConnection, "send_packed_command", counted)
        yield


@pytest.mark.usefixtures("everything")
def test_an_import_that_is_stopped_at_any_write_goes_on_where_it_was(
    store: Store, exported: Export, imported: Import
) -> None:
    before = database_of(store)
    documents = exported().documents
    redis_of(store).flushdb()
    unchanged = []
    for nth in count(1):
        try:
            with stopped_at(nth):
                result = imported()
        except Stopped:
            store.complete()  # as every command does first
            ledger = list(store.ledger)
            assert not store.inventory.sweep(store.inventory.census()).lost  # no document is there in part
        else:
            break
        unchanged.append(len(ledger))
    assert nth > 5
    assert unchanged == sorted(unchanged)
    assert result.counts.added + result.counts.unchanged == documents
    assert_equal(database_of(store), before)


def test_a_run_after_a_stopped_import_writes_a_long_text_anew(
    folder: Path, store: Store, exported: Export, imported: Import, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunk, "_SECTION", 5_000)
    paragraphs = (f"Paragraph {n} tells of topic{n} and of nothing else.\n\n" * 4 for n in range(300))
    file = folder / "long.txt"
    file.write_text(text := "".join(paragraphs))
    written = file.stat().st_mtime_ns
    run()
    before = database_of(store)
    (record,) = store.ledger
    exported()
    file.write_text("Another version.")
    run()
    file.write_text(text)
    os.utime(file, ns=(written, written))
    for nth in count(1):
        with suppress(Stopped), stopped_at(nth):
            imported(replacing=True)
        draft = store.drafts.get(record.doc)
        if draft is not None and draft.record.pieces:
            break
    run()
    assert_equal(database_of(store), before)


def test_a_folder_that_lies_elsewhere_is_taken_over_without_a_model(
    library: Path,
    store: Store,
    settings: Settings,
    exported: Export,
    imported: Import,
    run: Run,
    records: Records,
    searcher: Searcher,
    tmp_path: Path,
) -> None:
    exported()
    before = records()
    redis_of(store).flushdb()
    moved = tmp_path / "moved here"
    library.rename(moved)
    result = imported(moves={str(library): str(moved)}, settings=settings)
    assert result.folders == (str(moved),)
    assert {record.root for record in records().values()} == {str(moved)}
    assert [hit.path for hit in searcher.search(Query("owls", mode=Mode.WORDS)).hits] == [
        "notes/birds/owls.txt"
    ]
    summary = run(moved, with_models=NoModels())
    assert (summary.found, summary.unchanged, summary.indexed, summary.failed) == (7, 7, 0, 0)
    assert {path: record.sha256 for path, record in records().items()} == {
        path: record.sha256 for path, record in before.items()
    }


def test_nothing_of_a_copied_folder_is_embedded_although_its_dates_are_new(
    library: Path,
    store: Store,
    exported: Export,
    imported: Import,
    run: Run,
    tmp_path: Path,
    settings: Settings,
) -> None:
    exported()
    redis_of(store).flushdb()
    copied = tmp_path / "copied"
    shutil.copytree(library, copied, copy_function=shutil.copy)
    for file in copied.rglob("*"):
        os.utime(file, (1_600_000_000, 1_600_000_000))
    imported(moves={str(library): str(copied)}, settings=settings)
    models = FakeModels()
    summary = run(copied, with_models=models)
    assert (summary.found, summary.reused, summary.indexed, summary.failed) == (7, 7, 0, 0)
    assert models.colours is not None
    assert (models.words.embedded, models.colours.embedded) == ([], 0)


@pytest.mark.usefixtures("library")
def test_a_move_of_a_folder_that_the_file_lacks_is_refused(exported: Export, imported: Import) -> None:
    exported()
    with pytest.raises(ArchiveError, match=r"--root /srv/docs: the export has only .*/folder"):
        imported(moves={"/srv/docs": "/home/ann"})


def test_a_run_over_other_folders_leaves_imported_documents(
    library: Path,
    other: Path,
    store: Store,
    exported: Export,
    imported: Import,
    run: Run,
    records: Records,
) -> None:
    exported()
    redis_of(store).flushdb()
    library.rename(library.with_name("away"))
    imported()
    run(other)
    assert len(records()) == 7 + 2


def test_files_of_imported_documents_are_not_served_before_their_folder_is_ingested(
    library: Path,
    store: Store,
    elsewhere: Settings,
    exported: Export,
    imported: Import,
    searcher: Searcher,
    records: Records,
) -> None:
    exported()
    redis_of(store).flushdb()
    result = imported()
    assert known_folders(elsewhere.home) == ()
    assert result.unserved == (str(library),)
    client = create_app(elsewhere, searcher).test_client()
    doc = records()["notes/birds/owls.txt"].doc
    assert [hit.doc for hit in searcher.search(Query("owls", mode=Mode.WORDS)).hits] == [doc]
    assert client.get(f"/file/{doc}").status_code == 404


def test_a_folder_of_this_machine_that_redis_had_lost_is_walked_by_the_next_run(
    library: Path, store: Store, settings: Settings, exported: Export, imported: Import, run: Run
) -> None:
    exported()
    (library / "later.txt").write_text("Written after the export.")
    redis_of(store).flushdb()
    imported(settings=settings)
    assert store.inventory.lost_folders([str(library)]).doubtful == (str(library),)
    assert run().indexed == 1
    assert store.inventory.lost_folders([str(library)]).doubtful == ()


@pytest.mark.usefixtures("library")
def test_no_run_of_ingestion_begins_while_an_export_or_an_import_goes_on(
    settings: Settings, store: Store, archive: Path, imported: Import
) -> None:
    locked = 0

    def try_lock(_done: int, _total: int) -> None:
        nonlocal locked
        with pytest.raises(Timeout):
            FileLock(settings.home / "ingest.lock").acquire(timeout=0)
        locked += 1

    export(archive, settings, store, try_lock)
    assert locked
    before, locked = locked, 0
    redis_of(store).flushdb()
    imported(settings=settings, progress=try_lock)
    assert locked
    assert before

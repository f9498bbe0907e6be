"""Two workers write the same documents: nothing is orphaned, and the counts are right."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.run import Options, ingest
from semsearch.cli.show_ingest import Silent
from semsearch.records import DocumentRecord, Kind, Passage, State
from semsearch.settings import Settings
from semsearch.store import keys
from semsearch.store.access import Role
from semsearch.store.census_builder import census_of
from semsearch.store.codec import passage_piece, piece_keys
from semsearch.store.entries import Embedded, Entry
from semsearch.store.fingerprint import Fingerprint
from semsearch.store.keys import doc_id
from semsearch.store.store import Store
from semsearch.store.transactions import MOST_PIECES, Transactions
from semsearch.store.unread import UNREAD
from tests.fakes import FakeModels
from tests.redis_client import as_role, redis_of

DIMS = 8
VECTOR = np.eye(DIMS, dtype=np.float32)[0]


@pytest.fixture
def other(settings: Settings) -> Iterator[Store]:
    """The store of another worker."""
    with closing(Store.open(as_role(settings, Role.WORKER))) as store:
        yield store


@pytest.fixture(autouse=True)
def prepared(store: Store) -> None:
    store.prepare_index("doc")
    store.prepare_index("text", Fingerprint.of_texts("words", DIMS))


def entry(path: str, passages: int, at: float, *, due: bool = False) -> Entry:
    record = DocumentRecord(
        doc=doc_id("/folder", path),
        root="/folder",
        path=path,
        kind=Kind.TEXT,
        media_type="text/plain",
        size=passages,
        mtime_ns=1,
        sha256=f"{path} with {passages}",
        title=path,
        state=State.INDEXED,
        indexed_at=at,
    )
    texts = [f"{path} has {passages}, this is {n}" for n in range(passages)]
    pieces = [
        passage_piece(Passage(n, text, 0, len(text)), None if due else VECTOR) for n, text in enumerate(texts)
    ]
    return Entry(record, tuple(pieces), tuple(texts))


def check_whole(store: Store) -> None:
    """Every record has its pieces, all of one version, and there are no others; the counts are right."""
    records = list(store.ledger)
    client = redis_of(store)
    found = {key.decode() for key in client.scan_iter(match="semsearch:text:*")}
    assert found == {key for record in records for key in piece_keys(record)}
    for record in records:
        passages = store.ledger.passages(record)
        assert {passage.content for passage in passages} == {
            f"{record.path} has {record.size}, this is {n}" for n in range(record.size)
        }
    assert int(client.hget(keys.meta_key("doc"), "hashes") or 0) == len(records)
    assert int(client.hget(keys.meta_key("text"), "hashes") or 0) == len(found)
    assert store.inventory.shortages() == []


def known(store: Store) -> dict[str, DocumentRecord]:
    return {record.doc: record for record in store.ledger}


@pytest.mark.parametrize(("one", "two"), [(30, 6), (6, 30), (MOST_PIECES + 30, 6)])
def test_a_document_that_two_workers_replace_has_the_pieces_of_the_last_version(
    store: Store, other: Store, one: int, two: int
) -> None:
    store.documents.replace([entry("notes", 12, 1)], {})
    before = known(store)
    store.documents.replace([entry("notes", one, 2)], before)
    other.documents.replace([entry("notes", two, 3)], before)  # it has read the ledger before
    check_whole(store)
    assert [record.pieces for record in store.ledger] == [two]


def test_workers_that_replace_the_same_documents_at_once_orphan_nothing(store: Store, other: Store) -> None:
    paths = [f"notes {n}" for n in range(4)]

    def write(worker: Store, sizes: list[int]) -> None:
        for turn, size in enumerate(sizes):
            worker.documents.replace([entry(path, size, turn) for path in paths], {})

    with ThreadPoolExecutor(2) as threads:
        for each in (threads.submit(write, store, [30, 6] * 6), threads.submit(write, other, [7, 21, 2] * 4)):
            each.result()
    check_whole(store)


def between(monkeypatch: pytest.MonkeyPatch, store: Store, act: Callable[[], Any]) -> None:
    """Have somebody act when the next transaction of `store` has read what it is based on."""
    attempt, acted = Transactions._attempt, threading.Event()

    def disturbed(self: Transactions, *arguments: Any) -> bool:
        *others, built = arguments

        def later(rows: Any) -> Any:
            if self is store._transactions and not acted.is_set():
                acted.set()
                act()
            return built(rows)

        return attempt(self, *others, later)

    monkeypatch.setattr(Transactions, "_attempt", disturbed)


def writes(store: Store, record: DocumentRecord) -> dict[str, Callable[[], Any]]:
    """What a worker may do with a document that it has read."""
    embedded = Embedded(record, {n: VECTOR for n in range(record.pieces)})
    return {
        "replace": lambda: store.documents.replace([entry("notes", 9, 5)], {record.doc: record}),
        "touch": lambda: store.documents.touch([replace(record, mtime_ns=7)]),
        "mark": lambda: store.documents.replace_records([replace(record, pieces=0, mtime_ns=-1)]),
        "embed": lambda: store.documents.add_vectors([embedded]),
        "remove": lambda: store.documents.remove([record]),
    }


@pytest.mark.parametrize("size", [3, 20])
@pytest.mark.parametrize("write", ["replace", "touch", "mark", "embed", "remove"])
def test_a_write_that_another_worker_overtakes_leaves_one_version(
    store: Store, other: Store, monkeypatch: pytest.MonkeyPatch, write: str, size: int
) -> None:
    store.documents.replace([entry("notes", 12, 1, due=True)], {})
    (record,) = store.ledger
    between(
        monkeypatch, store, lambda: other.documents.replace([entry("notes", size, 2)], {record.doc: record})
    )
    writes(store, record)[write]()
    check_whole(store)
    expected = {"replace": [9], "remove": []}.get(write, [size])
    assert [record.pieces for record in store.ledger] == expected


def test_a_document_that_another_worker_removes_is_not_touched(
    store: Store, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.documents.replace([entry("notes", 12, 1)], {})
    (record,) = store.ledger
    between(monkeypatch, store, lambda: other.documents.remove([record]))
    store.documents.touch([replace(record, mtime_ns=7)])
    check_whole(store)
    assert list(store.ledger) == []


def test_the_inventory_removes_nothing_that_another_worker_writes_meanwhile(
    store: Store, other: Store
) -> None:
    store.documents.replace([entry("notes", 12, 1), entry("letters", 2, 1)], {})
    before = known(store)
    # The other worker shortens one, lengthens one, and adds one.
    later = [entry("notes", 3, 2), entry("letters", 5, 2), entry("bills", 4, 2)]
    other.documents.replace(later, before)
    assert not store.inventory.sweep(census_of(before.values())).lost
    check_whole(store)
    assert len(known(store)) == 3


@pytest.mark.parametrize("size", [12, MOST_PIECES + 30])
def test_a_document_that_is_removed_leaves_nothing(store: Store, size: int) -> None:
    store.documents.replace([entry("notes", size, 1), entry("letters", 2, 1)], {})
    (notes,) = [record for record in store.ledger if record.path == "notes"]
    store.documents.remove([notes])
    check_whole(store)
    assert len(known(store)) == 1


def test_a_document_that_has_lost_a_passage_loses_the_others(store: Store) -> None:
    store.documents.replace([entry("notes", 12, 1)], {})
    (record,) = store.ledger
    redis_of(store).unlink(keys.piece_key("text", record.doc, 4))
    census = store.inventory.sweep(census_of([record]))
    assert (census.lost, census.sums()["text"]) == ({record.doc}, 0)
    assert not list(redis_of(store).scan_iter(match="semsearch:text:*"))
    store.restore(census)
    (unread,) = store.ledger
    assert (unread.pieces, unread.mtime_ns) == (0, UNREAD)


def test_two_homes_that_ingest_a_folder_at_once_orphan_nothing(
    settings: Settings, store: Store, other: Store, tmp_path: Path
) -> None:
    redis_of(store).flushall()
    folder = tmp_path / "shared"
    folder.mkdir()
    file = folder / "notes.md"
    file.write_text("".join(f"# Part {n}\n\nIt has a sentence {n}.\n\n" for n in range(30)))
    homes = [(settings, store), (settings.model_copy(update={"home": tmp_path / "other"}), other)]

    def run(home: tuple[Settings, Store]) -> None:
        ingest([folder], *home, FakeModels(), Silent(), Options())  # type: ignore[arg-type]

    run(homes[0])
    file.write_text("".join(f"# Part {n}\n\nIt has a sentence {n}.\n\n" for n in range(6)))
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(run, homes))
    (record,) = store.ledger
    found = {key.decode() for key in redis_of(store).scan_iter(match="semsearch:text:{*")}
    assert found == set(piece_keys(record))
    assert int(redis_of(store).hget(keys.meta_key("text"), "hashes") or 0) == len(found)

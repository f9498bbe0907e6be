"""Documents are replaced, copied and removed whole, also when the process is killed meanwhile."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from semsearch.records import Kind
from semsearch.store import keys, ledger
from semsearch.store.layout import stored_layouts
from semsearch.store.schema import TEXT, VECTOR
from semsearch.store.store import Store
from tests.integration.store.documents import (
    LONG,
    LONGER,
    SHORT,
    check_found,
    check_whole,
    found,
    killed_at_each,
    prepare,
    text,
)
from tests.redis_client import redis_of

SIZES = [(SHORT, SHORT), (SHORT, LONG), (LONG, SHORT), (LONG, LONGER), (LONGER, LONG), (LONG, LONG)]


@pytest.fixture(autouse=True)
def prepared(store: Store) -> None:
    prepare(store)


def clear(store: Store) -> None:
    for key in redis_of(store).scan_iter(match="semsearch:*"):
        if not key.startswith(b"semsearch:meta"):
            redis_of(store).delete(key)
    store.inventory.count(store.inventory.census())


def restart(store: Store) -> None:
    """What a run does first."""
    store.drafts.finish()
    store.restore(store.inventory.sweep(store.inventory.census()))


@pytest.mark.parametrize(("before", "after"), SIZES)
def test_a_version_takes_the_place_of_another_whole(store: Store, before: int, after: int) -> None:
    old, new, other = text("a.txt", "old", before), text("a.txt", "new", after), text("b.txt", "other", SHORT)
    store.documents.replace([old, other], {})
    check_whole(store, old.counted, other.counted)
    check_found(store, old.counted, "old")
    store.documents.replace([new], {old.record.doc: old.counted})
    check_whole(store, new.counted, other.counted)
    check_found(store, new.counted, "new")
    check_found(store, other.counted, "other")
    assert found(store, "old0") == set()


@pytest.mark.parametrize(("before", "after"), SIZES[1:4])
def test_a_killed_replacement_leaves_one_whole_version(
    store: Store, before: int, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = text("a.txt", "old", before), text("a.txt", "new", after)

    def begin() -> None:
        clear(store)
        store.documents.replace([old], {})

    seen = []
    for _ in killed_at_each(
        lambda: store.documents.replace([new], {old.record.doc: old.counted}), begin, monkeypatch
    ):
        # At no time is there no version.
        assert found(store, "common") == {"a.txt"}
        restart(store)
        (record,) = store.ledger
        version = old if record.sha256 == old.record.sha256 else new
        discard_draft(store, record.doc)
        check_whole(store, version.counted)
        check_found(store, version.counted, "old" if version is old else "new")
        seen.append(version is new)
    assert seen == sorted(seen)
    assert seen[-1]


def discard_draft(store: Store, doc: str) -> None:
    store.drafts.discard(doc)
    store.inventory.sweep(store.inventory.census())


@pytest.mark.parametrize("passages", [SHORT, LONGER])
def test_a_document_is_removed_with_all_its_pieces(
    store: Store, passages: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, other = text("a.txt", "gone", passages), text("b.txt", "other", SHORT)

    def begin() -> None:
        clear(store)
        store.documents.replace([gone, other], {})

    for n in killed_at_each(lambda: store.documents.remove([gone.counted]), begin, monkeypatch):
        assert store.ledger.get_many([gone.record.doc]) == [], n
        restart(store)
        check_whole(store, other.counted)
        assert found(store, "gone0") == set()


@pytest.mark.parametrize("passages", [SHORT, LONGER])
def test_a_copy_has_all_pieces_and_terms_of_its_source(store: Store, passages: int) -> None:
    source = text("a.txt", "same", passages)
    store.documents.replace([source], {})
    target = text("b.txt", "same", 0).record
    (made,) = store.documents.copy([(source.counted, target)], {})
    check_whole(store, source.counted, made)
    store.documents.remove([source.counted])
    check_whole(store, made)
    check_found(store, made, "same")


def test_what_is_read_of_many_documents_together_is_what_each_has(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "_BATCH", 4)
    layout = stored_layouts(redis_of(store))[TEXT]
    entries = [text(f"{n}.txt", "same", passages) for n, passages in enumerate((3, 3, 0, 9, 1, 4, 3))]
    store.documents.replace(entries, {})
    redis_of(store).delete(keys.piece_key(TEXT, entries[1].record.doc, 1))
    for entry in (entries[3], entries[5]):
        for n in range(len(entry.pieces)):
            redis_of(store).hdel(keys.piece_key(TEXT, entry.record.doc, n), layout.field(VECTOR))
    records = [entry.counted for entry in entries]
    found = list(store.ledger.vectors_of_all(records, VECTOR, layout))
    assert [len(vectors) for vectors in found] == [3, 2, 0, 0, 1, 0, 3]
    for record, vectors in zip(records, found, strict=True):
        np.testing.assert_array_equal(vectors, store.ledger.vectors(record))
    lacking = [list(texts) for texts in store.ledger.unembedded_of_all(records)]
    assert lacking == [list(store.ledger.unembedded(record)) for record in records]
    assert [len(texts) for texts in lacking] == [0, 0, 0, 9, 0, 4, 0]


def test_a_killed_copy_is_no_document(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = text("a.txt", "same", LONG), text("b.txt", "same", 0).record

    def begin() -> None:
        clear(store)
        store.documents.replace([source], {})

    for _ in killed_at_each(lambda: store.documents.copy([(source.counted, target)], {}), begin, monkeypatch):
        restart(store)
        discard_draft(store, target.doc)
        records = {record.path: record for record in store.ledger}
        check_whole(store, *records.values())
        assert records["a.txt"] == source.counted
        if "b.txt" in records:
            assert records["b.txt"].pieces == LONG
    assert set(records) == {"a.txt", "b.txt"}


def test_a_new_date_is_in_all_hashes_of_a_long_text(store: Store) -> None:
    entry = text("a.txt", "same", LONGER)
    store.documents.replace([entry], {})
    touched = replace(entry.counted, mtime_ns=2 * 10**18, size=7)
    store.documents.touch([touched])
    check_whole(store, touched)
    names = [key for key in redis_of(store).scan_iter(match="semsearch:*:{*") if b"meta" not in key]
    assert {tuple(redis_of(store).hmget(key, "size", "date")) for key in names} == {(b"7", b"2000000000.0")}


def test_passages_about_a_picture_may_have_more_terms_than_one_hash_holds(store: Store) -> None:
    whole = text("scan.tif", "page", 200)
    picture = replace(whole.record, kind=Kind.IMAGE)
    store.documents.replace_records([picture])
    record = picture
    for start in range(0, 200, 50):
        record = store.documents.add_texts(
            record, whole.pieces[start : start + 50], whole.terms[start : start + 50]
        )
    assert (record.texts, record.words) == (200, 2)
    assert store.ledger.all_terms(record) == list(whole.terms)
    assert found(store, "page0") == found(store, "page199") == {"scan.tif"}
    assert int(redis_of(store).hget(keys.meta_key("doc"), "hashes") or 0) == record.words

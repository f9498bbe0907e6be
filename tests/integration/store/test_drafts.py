"""Long versions are written aside and published; missing documents are set aside and brought back.

A process may be killed after each transaction: `finish` completes what it began.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from semsearch.records import DocumentRecord, State
from semsearch.store import keys
from semsearch.store.documents import Entry
from semsearch.store.drafts import Draft
from semsearch.store.store import Store
from tests.integration.store.documents import (
    LONG,
    LONGER,
    SHORT,
    KilledError,
    check_found,
    check_whole,
    found,
    killed_after,
    killed_at_each,
    prepare,
    stored,
    text,
)
from tests.integration.store.test_documents import clear
from tests.redis_client import redis_of


@pytest.fixture(autouse=True)
def prepared(store: Store) -> None:
    prepare(store)


def add(store: Store, draft: Draft, entry: Entry, start: int, end: int) -> Draft:
    return store.drafts.add(draft, entry.pieces[start:end], entry.terms[start:end], read=end)


def drafted(store: Store, entry: Entry, step: int = 100) -> Draft:
    """A draft of an entry, written section by section."""
    draft = store.drafts.begin(entry.record)
    for start in range(0, len(entry.pieces), step):
        draft = add(store, draft, entry, start, start + step)
    return draft


@pytest.mark.parametrize("step", [1, 7, 100, 1_000])
def test_a_version_that_is_written_in_sections_is_the_same_as_one_that_is_written_at_once(
    store: Store, step: int
) -> None:
    new = text("a.txt", "new", LONG)
    draft = drafted(store, new, step)
    assert found(store, "new0") == set()
    assert list(store.ledger) == []
    store.drafts.publish(draft, None)
    check_whole(store, draft.record)
    check_found(store, draft.record, "new")
    assert draft.record.words == new.counted.words


def test_a_draft_is_continued_where_it_was_read_to(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    new = text("a.txt", "new", LONGER)
    for n in range(1, 30):
        draft = store.drafts.begin(new.record)
        with killed_after(n, monkeypatch):
            try:
                for start in range(0, LONGER, 140):
                    draft = add(store, draft, new, start, start + 140)
            except KilledError:
                pass
        kept = store.drafts.get(new.record.doc)
        assert kept is not None
        assert kept.record.pieces == kept.read
        # The sections of the next run may have other lengths.
        for start in range(kept.read, LONGER, 33):
            kept = add(store, kept, new, start, start + 33)
        assert kept.record.pieces == LONGER
        store.drafts.publish(kept, next(iter(store.ledger), None))
        store.inventory.sweep(store.inventory.census())
        check_whole(store, kept.record)
        check_found(store, kept.record, "new")
        if draft.read >= LONGER:
            return
    pytest.fail("the draft was never written to its end")


@pytest.mark.parametrize("before", [0, SHORT, LONG, LONGER])
def test_a_killed_publishing_is_completed(store: Store, before: int, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = text("a.txt", "old", before), text("a.txt", "new", LONG)
    drafts: list[Draft] = []

    def begin() -> None:
        clear(store)
        if before:
            store.documents.replace([old], {})
        drafts[:] = [drafted(store, new)]

    known = old.counted if before else None
    for _ in killed_at_each(lambda: store.drafts.publish(drafts[0], known), begin, monkeypatch):
        assert found(store, "common") <= {"a.txt"}
        assert not before or list(store.ledger)
        for attempt in range(1, 4):  # the process that completes it may be killed too
            with killed_after(attempt, monkeypatch):
                try:
                    store.drafts.finish()
                except KilledError:
                    continue
        store.drafts.finish()
        check_whole(store, drafts[0].record)
        check_found(store, drafts[0].record, "new")


@pytest.mark.parametrize("passages", [SHORT, LONGER])
def test_a_missing_document_is_hidden_and_found_again(store: Store, passages: int) -> None:
    entry, other = text("a.txt", "away", passages), text("b.txt", "other", SHORT)
    store.documents.replace([entry, other], {})
    away = store.drafts.set_aside(entry.counted, since=5.0)
    assert (away.state, away.missing_since) == (State.MISSING, 5.0)
    check_whole(store, away, other.counted)
    assert found(store, "away0") == set()
    assert found(store, "common") == {"b.txt"}
    back = store.drafts.bring_back(away)
    assert back == entry.counted
    check_whole(store, back, other.counted)
    check_found(store, back, "away")


@pytest.mark.parametrize("passages", [SHORT, LONGER])
def test_a_killed_move_is_completed_in_either_direction(
    store: Store, passages: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = text("a.txt", "away", passages)
    whole = entry.counted
    away = replace(whole, state=State.MISSING, missing_since=5.0)

    def begin() -> None:
        clear(store)
        store.documents.replace([entry], {})

    for _ in killed_at_each(lambda: store.drafts.set_aside(whole, 5.0), begin, monkeypatch):
        store.drafts.finish()
        check_whole(store, away)
        assert store.drafts.bring_back(away) == whole
        check_whole(store, whole)

    def set_aside() -> None:
        begin()
        store.drafts.set_aside(whole, 5.0)

    for _ in killed_at_each(lambda: store.drafts.bring_back(away), set_aside, monkeypatch):
        store.drafts.finish()
        (record,) = store.ledger
        if record.state is State.MISSING:  # it was killed before it began
            record = store.drafts.bring_back(record)
        check_whole(store, whole)
        check_found(store, record, "away")


@pytest.mark.parametrize("lost", ["text:0", "text:419", "words:3", ""])
def test_a_document_that_lost_pieces_while_it_was_missing_is_read_again(store: Store, lost: str) -> None:
    entry = text("a.txt", "away", LONGER)
    store.documents.replace([entry], {})
    away = store.drafts.set_aside(entry.counted, since=5.0)
    aside = keys.aside_key(away.doc)
    assert redis_of(store).delete(f"{aside}:{lost}" if lost else aside) == 1
    back = store.drafts.bring_back(away)
    assert (back.state, back.mtime_ns, back.pieces, back.words) == (State.INDEXED, -1, 0, 0)
    store.drafts.finish()
    assert stored(store) == [keys.doc_key(away.doc)]
    store.documents.replace([entry], {back.doc: back})
    check_whole(store, entry.counted)
    check_found(store, entry.counted, "away")


@pytest.mark.parametrize("after", [SHORT, LONG, LONGER])
def test_another_version_takes_the_place_of_a_missing_document(store: Store, after: int) -> None:
    old, new = text("a.txt", "old", LONG), text("a.txt", "new", after)
    store.documents.replace([old], {})
    away = store.drafts.set_aside(old.counted, since=5.0)
    store.documents.replace([new], {away.doc: away})
    check_whole(store, new.counted)
    check_found(store, new.counted, "new")


def test_a_missing_document_is_removed_with_what_lies_aside(store: Store) -> None:
    entry = text("a.txt", "away", LONGER)
    store.documents.replace([entry], {})
    store.documents.remove([store.drafts.set_aside(entry.counted, since=5.0)])
    check_whole(store)


@pytest.mark.parametrize("before", [(), (SHORT,)])
def test_a_discarded_draft_leaves_nothing(store: Store, before: Sequence[int]) -> None:
    kept: list[DocumentRecord] = []
    for passages in before:
        old = text("a.txt", "old", passages)
        store.documents.replace([old], {})
        kept.append(old.counted)
    draft = drafted(store, text("a.txt", "new", LONG))
    store.drafts.discard(draft.record.doc)
    assert store.drafts.get(draft.record.doc) is None
    check_whole(store, *kept)


def test_the_inventory_keeps_a_draft_and_removes_pieces_of_none(store: Store) -> None:
    draft = drafted(store, text("a.txt", "new", LONG))
    orphan = keys.aside_piece_key("text", "0123456789abcdef", 3)
    redis_of(store).hset(orphan, "content", "lost")
    before = stored(store)
    store.inventory.sweep(store.inventory.census())
    assert stored(store) == sorted({*before} - {orphan})
    assert store.drafts.get(draft.record.doc) == draft

"""Made-up documents for tests of the store, and a process that is killed between two transactions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from semsearch.records import DocumentRecord, Due, Kind, Passage, State
from semsearch.store import filters, keys, queries
from semsearch.store.codec import hashes_of, passage_piece, piece_keys
from semsearch.store.documents import Entry
from semsearch.store.fingerprint import Fingerprint
from semsearch.store.schema import DOC, SPACES, TEXT
from semsearch.store.store import Store
from semsearch.store.terms import passage_terms
from semsearch.store.transactions import Transactions
from semsearch.store.word_filters import Sought
from tests.redis_client import redis_of

DIMS = 4
TERMS = 60
# The passages of a short text, and of three long ones. 400 passages are written in several transactions.
SHORT, LONG, LONGER = 3, 250, 420


class KilledError(BaseException):
    """Ends a call between two transactions, as the end of the process would."""


def prepare(store: Store) -> None:
    """Make the indexes."""
    store.prepare_index(DOC)
    store.prepare_index(TEXT, Fingerprint.of_texts("made-up", DIMS))


def text(name: str, version: str, passages: int) -> Entry:
    """A text in which passage n has the words VERSIONn and "common"."""
    vectors = np.random.default_rng(passages).normal(size=(passages, DIMS)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    contents = [f"{version}{n} " + "common " * (TERMS - 1) for n in range(passages)]
    made = [Passage(n, content, n * 1_000, n * 1_000 + 500) for n, content in enumerate(contents)]
    record = DocumentRecord(
        doc=keys.doc_id("/made-up", name),
        root="/made-up",
        path=name,
        kind=Kind.TEXT,
        media_type="text/plain",
        size=passages,
        mtime_ns=10**18,
        sha256=f"{version}{passages}",
        title="",
        state=State.INDEXED,
    )
    pieces = tuple(passage_piece(passage, vector) for passage, vector in zip(made, vectors, strict=True))
    return Entry(record, pieces, passage_terms(made))


@contextmanager
def killed_after(transactions: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Inside the context, a call ends after so many transactions."""
    original, done = Transactions.run, [0]

    def run(self: Transactions, build: Callable[[Any], Any]) -> Any:
        replies = original(self, build)
        done[0] += 1
        if done[0] == transactions:
            raise KilledError
        return replies

    with monkeypatch.context() as patch:
        patch.setattr(Transactions, "run", run)
        yield


def killed_at_each(
    call: Callable[[], object], begin: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> Iterator[int]:
    """Kill the call after its first transaction, then after its second one, until it ends without that.

    `begin` is called before each attempt. Yields the number of transactions after each.
    """
    for n in range(1, 100):
        begin()
        was_killed = False
        with killed_after(n, monkeypatch):
            try:
                call()
            except KilledError:
                was_killed = True
        yield n
        if not was_killed:
            return
    pytest.fail("the call runs too many transactions")


def found(store: Store, term: str) -> set[str]:
    """The paths of the documents that have a term in any part."""
    (matches,) = store.ask([queries.matching([Sought(term)], 1_000, filters.everything())])
    return {record.path for record in store.ledger.get_many(sorted({match.doc for match in matches.best}))}


def by_doc(records: Iterable[DocumentRecord]) -> dict[str, DocumentRecord]:
    """The records by document. After a kill, vectors count as due until a run has looked."""
    return {record.doc: replace(record, due=Due.NONE) for record in records}


def check_whole(store: Store, *expected: DocumentRecord) -> None:
    """These records are there with all their pieces, and nothing else is. The indexes have all of it."""
    records = list(store.ledger)
    assert by_doc(records) == by_doc(expected)
    wanted = [key for record in expected for key in (keys.doc_key(record.doc), *piece_keys(record))]
    wanted += [keys.aside_key(record.doc) for record in expected if record.state is State.MISSING]
    assert stored(store) == sorted(wanted)
    assert not redis_of(store).exists(keys.MOVING)
    assert not store.inventory.sweep(store.inventory.census()).lost
    assert stored(store) == sorted(wanted)
    for space in (DOC, *SPACES):
        needed = sum((hashes_of(record) for record in expected), Counter[str]())[space]
        assert int(redis_of(store).hget(keys.meta_key(space), "hashes") or 0) == needed, space
    for record in expected:
        is_long = redis_of(store).hget(keys.doc_key(record.doc), "long")
        assert is_long == (b"1" if record.words else None)
    assert store.inventory.shortages() == []


def known(store: Store) -> dict[str, DocumentRecord]:
    """The records of all documents, by document."""
    return {record.doc: record for record in store.ledger}


def stored(store: Store) -> list[str]:
    """The keys of records and pieces."""
    spaces = ("doc", "text", "image", "words", "aside")
    return sorted(
        key.decode() for space in spaces for key in redis_of(store).scan_iter(match=f"semsearch:{space}:*")
    )


def check_found(store: Store, record: DocumentRecord, version: str) -> None:
    """The first and the last passage of a document are found by their words, and shown."""
    for n in (0, record.pieces - 1):
        assert found(store, f"{version}{n}") == {record.path}
    assert [passage.content.split()[0] for passage in store.ledger.passages(record)] == [
        f"{version}{n}" for n in range(record.pieces)
    ]
    assert [terms.split()[0] for terms in store.ledger.all_terms(record)] == [
        f"{version}{n}" for n in range(record.pieces)
    ]
    assert len(store.ledger.vectors(record)) == record.pieces

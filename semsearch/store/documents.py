"""Write documents: records with their pieces.

At most MOST_PIECES pieces are written in one transaction, so that no other client waits long. A document with
more of them is written aside, and becomes visible when it is whole: see semsearch.store.drafts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import redis

from semsearch.records import DocumentRecord, State
from semsearch.store.codec import (
    StoredPiece,
    as_bytes,
    common_fields,
    date_fields,
    hashes_of,
    name_fields,
    piece_ids,
    piece_keys,
)
from semsearch.store.copied import copied_pieces
from semsearch.store.draft import Draft
from semsearch.store.drafts import Drafts
from semsearch.store.entries import Embedded, Entry, in_batches
from semsearch.store.failures import maps_errors
from semsearch.store.hashes import count_hashes, put_due, put_piece, put_record, renew_revision
from semsearch.store.keys import aside_key, doc_key, piece_key, terms_key
from semsearch.store.layout import stored_layouts
from semsearch.store.ledger import Ledger
from semsearch.store.schema import DOC, FORMER_FIELD, TEXT, VECTOR, WORDS
from semsearch.store.terms import (
    head_of,
    parts_of_terms,
    with_more_terms,
    words_piece,
)
from semsearch.store.transactions import MOST_PIECES, Transactions
from semsearch.store.versions import Stored, is_newer, is_same, remove, remove_unclaimed, update

_BATCH = 1000


@maps_errors
class Documents:
    """Writes documents. Every method raises RedisError."""

    def __init__(
        self,
        client: redis.Redis,
        address: str,
        transactions: Transactions,
        ledger: Ledger,
        drafts: Drafts,
    ) -> None:
        self._client = client
        self.address = address
        self._transactions = transactions
        self._ledger = ledger
        self._drafts = drafts

    def replace(self, entries: Iterable[Entry], known: Mapping[str, DocumentRecord]) -> None:
        """Write entries in place of the stored versions of the same documents.

        Each document is replaced whole or not at all. `known` has the records of the run by document.
        """
        batch: list[Entry] = []
        size = 0
        for entry in entries:
            old = known.get(entry.record.doc)
            pieces = len(entry.pieces) + (len(piece_ids(old)) if old else 0)
            if len(entry.pieces) > MOST_PIECES:
                self._write_long(entry)
                continue
            if batch and size + pieces > MOST_PIECES:
                self._transactions.together(batch, _key, self._write)
                batch, size = [], 0
            batch.append(entry)
            size += pieces
        if batch:
            self._transactions.together(batch, _key, self._write)

    def replace_records(self, records: Iterable[DocumentRecord]) -> None:
        """Write records, and leave their pieces as they are. A document with a newer record keeps it."""
        self._transactions.together(records, lambda record: doc_key(record.doc), self._replace_records)

    def _replace_records(self, changed: Sequence[DocumentRecord]) -> None:
        def build(pipe: Any, stored: Stored) -> None:
            for record in changed:
                if not is_newer(stored.get(record.doc), record):
                    put_record(pipe, record)
            renew_revision(pipe)

        update(self._transactions, [record.doc for record in changed], build)

    def add_texts(
        self, record: DocumentRecord, passages: Sequence[StoredPiece], terms: Sequence[str]
    ) -> DocumentRecord:
        """Append passages, with their terms, to those about a picture. Returns the record as written.

        Nothing is written when the document has another version by now.
        """
        (last,) = self._ledger.terms([(record.doc, record.words)])
        parts = with_more_terms(record, last, terms)
        added = len(parts) - 1
        layouts = stored_layouts(self._client)
        more = replace(record, texts=record.texts + len(passages), words=record.words + added)

        def build(pipe: Any, stored: Stored) -> None:
            if not is_same(stored.get(record.doc), record):
                return
            put_record(pipe, more, None if record.words else parts[0].terms)
            for key in piece_keys(record):  # the text that was added may have shown the language
                pipe.hset(key, "language", record.language)
            for n, passage in enumerate(passages, start=record.texts):
                put_piece(pipe, piece_key(TEXT, more.doc, n), more, n, passage, layouts)
            for part, changed in enumerate(parts, start=record.words):
                if part:
                    piece = words_piece(changed, more.language)
                    put_piece(pipe, terms_key(more.doc, part), more, part - 1, piece, layouts)
            count_hashes(pipe, {TEXT: len(passages), DOC: added})

        update(self._transactions, [record.doc], build)
        return more

    def add_vectors(self, embedded: Iterable[Embedded]) -> None:
        """Add vectors to stored passages, and write what is still due for their documents.

        A document that has another version by now is left as it is.
        """
        self._transactions.together(embedded, lambda each: doc_key(each.record.doc), self._add_vectors)

    def _add_vectors(self, items: Sequence[Embedded]) -> None:
        layout = stored_layouts(self._client)[TEXT]
        for batch in in_batches(items, MOST_PIECES):

            def build(pipe: Any, stored: Stored, batch: Sequence[tuple[Embedded, bool]] = batch) -> None:
                for each, is_last in batch:
                    if is_same(stored.get(each.record.doc), each.record):
                        for n, vector in each.vectors.items():
                            key = piece_key(TEXT, each.record.doc, n)
                            pipe.hset(key, layout.field(VECTOR), layout.encode(vector))
                        if is_last:
                            put_due(pipe, each.record)
                renew_revision(pipe)

            update(self._transactions, [each.record.doc for each, _ in batch], build)

    def keep_missing(self, draft: Draft, since: float) -> None:
        """Make a draft a missing document, as `set_aside` does, where no other version of it is."""
        record, key = draft.record, aside_key(draft.record.doc)
        terms = self._client.hget(key, "terms")

        def build(pipe: Any) -> None:
            pipe.unlink(key)
            pipe.hset(key, mapping={"state": record.state, "terms": terms or b""})
            put_record(pipe, replace(record, state=State.MISSING, missing_since=since))
            count_hashes(pipe, {DOC: 1})

        self._transactions.run(build)

    def touch(self, records: Iterable[DocumentRecord]) -> None:
        """Write a new size, date or state of files whose content has not changed.

        A document that has another version by now is left as it is.
        """
        for record in records:
            keys = piece_keys(record)
            for start in range(0, max(1, len(keys)), MOST_PIECES):
                batch = keys[start : start + MOST_PIECES]

                def build(
                    pipe: Any, stored: Stored, record: DocumentRecord = record, batch: Sequence[str] = batch
                ) -> None:
                    if is_same(stored.get(record.doc), record):
                        put_record(pipe, record)
                        for key in batch:
                            pipe.hset(key, mapping=as_bytes(date_fields(record)))
                        renew_revision(pipe)

                update(self._transactions, [record.doc], build)

    def renew(self, space: str) -> None:
        """Write the fields for filters into all hashes of `space` again, from the records."""
        records = iter(self._ledger)
        while batch := list(islice(records, _BATCH)):
            pipe = self._client.pipeline(transaction=False)
            for record in batch:
                own = (DOC, WORDS) if space == DOC else (space,)
                # What lies aside gets new fields when it is brought back.
                ids = [] if record.state is State.MISSING else piece_ids(record)
                pieces = [piece_key(of, record.doc, n) for of, n in ids if of in own]
                if space == DOC:
                    pieces.append(doc_key(record.doc))
                    pipe.hset(doc_key(record.doc), mapping=as_bytes(name_fields(record)))
                for key in pieces:
                    pipe.hset(key, mapping=as_bytes(common_fields(record)))
                    pipe.hdel(key, FORMER_FIELD)
            pipe.execute()

    def copy(
        self,
        copies: Sequence[tuple[DocumentRecord, DocumentRecord]],
        known: Mapping[str, DocumentRecord],
    ) -> list[DocumentRecord]:
        """Write documents with the pieces of others, which have the same content. Nothing is embedded.

        Each is given after its source. Returns the records as written. `known` is as for `replace`.
        """
        pieces = copied_pieces(self._client, copies)
        terms = self._ledger.terms_of_all([source for source, _ in copies])
        entries = [
            Entry(target, own, tuple(words))
            for (_, target), own, words in zip(copies, pieces, terms, strict=True)
        ]
        self.replace(entries, known)
        return [entry.counted for entry in entries]

    def remove(self, records: Iterable[DocumentRecord]) -> None:
        """Remove records, their pieces and drafts, the record first: without it no piece is shown."""
        removed = list(records)
        for doc in self._with_something_aside([record.doc for record in removed]):
            self._drafts.discard(doc)
        remove(self._transactions, removed)

    def _with_something_aside(self, docs: Sequence[str]) -> list[str]:
        found = []
        for start in range(0, len(docs), _BATCH):
            some = docs[start : start + _BATCH]
            pipe = self._client.pipeline(transaction=False)
            for doc in some:
                pipe.exists(aside_key(doc))
            found += [doc for doc, exists in zip(some, pipe.execute(), strict=True) if exists]
        return found

    def _write(self, entries: Sequence[Entry]) -> None:
        """Write entries in one transaction. Pieces of a long version that was there before go after it."""
        layouts = stored_layouts(self._client)
        written = [(entry.counted, entry) for entry in entries]
        left: list[tuple[str, bytes]] = []

        def build(pipe: Any, stored: Stored) -> None:
            left.clear()
            more = Counter[str]()
            for record, entry in written:
                numbered = list(zip(piece_ids(record), entry.all_pieces, strict=True))
                new = [piece_key(space, record.doc, n) for (space, n), _ in numbered]
                old = stored.get(record.doc)
                before = [] if old is None else piece_keys(old)
                more.subtract({} if old is None else hashes_of(old))
                more.update(hashes_of(record))
                pipe.unlink(doc_key(record.doc), aside_key(record.doc), *before[:MOST_PIECES], *new)
                left.extend((record.doc, key.encode()) for key in before[MOST_PIECES:] if key not in new)
                put_record(pipe, record, entry.parts[0].terms)
                for key, ((_, n), piece) in zip(new, numbered, strict=True):
                    put_piece(pipe, key, record, n, piece, layouts)
            count_hashes(pipe, more)

        update(self._transactions, [record.doc for record, _ in written], build)
        remove_unclaimed(self._transactions, left)

    def _write_long(self, entry: Entry) -> None:
        for missing in self._ledger.get_many([entry.record.doc]):
            if missing.state is State.MISSING:
                self._drafts.bring_back(missing)
        draft = self._drafts.begin(entry.record)
        draft = self._drafts.add(draft, entry.pieces, entry.terms)
        old = next(iter(self._ledger.get_many([entry.record.doc])), None)
        self._drafts.publish(draft, old)

    def cut_terms(self, record: DocumentRecord) -> None:
        """Cut the terms of a long text, which an older semsearch kept in one hash, into parts."""
        (stored,) = self._ledger.terms([(record.doc, 0)])
        first, *parts = parts_of_terms(stored.terms, head_of(record))
        if not parts:
            return
        cut = replace(record, words=record.words + len(parts))

        def build(pipe: Any) -> None:
            put_record(pipe, cut, first.terms)
            for n, part in enumerate(parts, start=record.words):
                put_piece(pipe, piece_key(WORDS, cut.doc, n), cut, n, words_piece(part, cut.language))
            count_hashes(pipe, {DOC: len(parts)})

        self._transactions.run(build)


def _key(entry: Entry) -> str:
    return doc_key(entry.record.doc)

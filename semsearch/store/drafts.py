"""Documents aside: hashes that no index covers.

A long version of a document is written aside as a draft, some passages at a time, and then published: its
hashes are renamed into the index, and it replaces the version before. A missing document is set aside, and
brought back when its file is found again. `semsearch:moving` names the documents that are being renamed, so
that a killed process leaves none half way: `finish` completes what it began.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import redis

from semsearch.records import DocumentRecord, State
from semsearch.store.codec import (
    RECORD_FIELDS,
    StoredPiece,
    as_bytes,
    common_fields,
    encode_record,
    own_first,
    piece_ids,
    readable_record,
    space_of,
)
from semsearch.store.draft import Draft
from semsearch.store.explored import FIELDS
from semsearch.store.failures import maps_errors
from semsearch.store.hashes import batches, count_hashes, put_draft, put_piece, put_record, renew_revision
from semsearch.store.keys import MOVING, aside_key, aside_piece_key, aside_terms_key, doc_key, piece_key
from semsearch.store.layout import stored_layouts
from semsearch.store.ledger import Ledger
from semsearch.store.schema import DOC, WORDS
from semsearch.store.terms import TERMS_FIELDS, PartOfTerms, decode_terms, with_more_terms, words_piece
from semsearch.store.transactions import MOST_PIECES, Transactions
from semsearch.store.unread import as_unread

# What `semsearch:moving` holds for a document.
_PUBLISH, _LEAVE, _RETURN = "publish", "leave", "return"

_Id = tuple[str, int]


@maps_errors
class Drafts:
    """Writes long versions, and sets documents aside. Every method raises RedisError."""

    def __init__(self, client: redis.Redis, address: str, transactions: Transactions, ledger: Ledger) -> None:
        self._client = client
        self.address = address
        self._transactions = transactions
        self._ledger = ledger

    def get(self, doc: str) -> Draft | None:
        """The draft of a document; None if there is none."""
        stored: Any = self._client.hmget(aside_key(doc), [*RECORD_FIELDS, "due", "read", "portion"])
        *row, due, read, portion = stored
        record = readable_record(doc, row, due)
        if record is None or read is None:
            return None
        return Draft(record, int(read), (portion or b"").decode("utf-8", "surrogateescape"))

    def begin(self, record: DocumentRecord) -> Draft:
        """Begin a draft in place of an earlier one. A missing document must be brought back before."""
        self.discard(record.doc)
        draft = Draft(replace(record, pieces=0, texts=0, words=0))
        self._transactions.run(lambda pipe: put_draft(pipe, draft.record, draft.read, "", ()))
        return draft

    def add(
        self,
        draft: Draft,
        pieces: Sequence[StoredPiece],
        terms: Sequence[str],
        read: int = 0,
        portion: str = "",
    ) -> Draft:
        """Append pieces, and the terms of each passage, and note how far the text was read.

        Returns the draft as written. When the process is killed before that, they do not count.
        """
        record = draft.record
        pieces = own_first(record, pieces)
        own = sum(piece.space == space_of(record.kind) for piece in pieces)
        first, parts = self._parts(record, terms)
        kept = max(0, record.words - 1)  # the last part changes
        more = Draft(
            replace(
                record,
                pieces=record.pieces + own,
                texts=record.texts + len(pieces) - own,
                words=kept + len(parts),
            ),
            read,
            portion,
        )
        numbers = [(piece.space, n) for n, piece in enumerate(pieces[:own], start=record.pieces)]
        numbers += [(piece.space, n) for n, piece in enumerate(pieces[own:], start=record.texts)]
        numbers += [(WORDS, n) for n in range(kept, kept + len(parts))]
        words = [words_piece(part, record.language) for part in parts]
        items = list(zip(numbers, [*pieces, *words], strict=True))
        for start in range(0, len(items), MOST_PIECES):
            self._put(more.record, items[start : start + MOST_PIECES])
        self._transactions.run(lambda pipe: put_draft(pipe, more.record, read, portion, first))
        return more

    def terms(self, draft: Draft) -> Iterator[str]:
        """The terms of each passage of a draft."""
        kept: list[str] = []  # of the last part, which ends with the terms that the next one begins with
        start = 0
        for n in range(draft.record.words + 1):
            part = self._part(draft.record, n)
            yield from kept[: part.first - start]
            kept, start = list(part.terms), part.first
        yield from kept

    def publish(self, draft: Draft, old: DocumentRecord | None) -> DocumentRecord:
        """Make a draft the version that is found, in place of the `old` one. Returns its record."""
        record = draft.record

        def build(pipe: Any) -> None:
            fields = encode_record(record) | {"due": record.due}
            pipe.hset(aside_key(record.doc), mapping=as_bytes(fields))
            # Last: whoever completes this needs the record as it is to be found.
            pipe.hset(MOVING, record.doc, _PUBLISH)

        self._transactions.run(build)
        self._publish(record, old)
        return record

    def discard(self, doc: str) -> None:
        """Remove the draft of a document, if there is one."""
        draft = self.get(doc)
        if draft is not None:
            keys = [aside_piece_key(space, doc, n) for space, n in piece_ids(draft.record)]
            self._transactions.unlink([aside_key(doc), *keys])

    def set_aside(self, record: DocumentRecord, since: float) -> DocumentRecord:
        """Hide a document whose file is missing. It keeps its vectors, but not its places on maps."""
        self.discard(record.doc)
        away = replace(record, state=State.MISSING, missing_since=since)
        terms = self._client.hget(doc_key(record.doc), "terms")

        def build(pipe: Any) -> None:
            pipe.hset(MOVING, record.doc, _LEAVE)  # first: a missing document must not stay where it is found
            pipe.hset(aside_key(record.doc), mapping={"state": record.state, "terms": terms or b""})
            put_record(pipe, away)
            pipe.hdel(doc_key(record.doc), "terms", *FIELDS)
            renew_revision(pipe)

        self._transactions.run(build)
        self._leave(away)
        return away

    def bring_back(self, record: DocumentRecord) -> DocumentRecord:
        """Let a missing document be found again. Returns its record as it was before.

        If Redis has lost pieces of it meanwhile, the others are removed, and it is marked as unread.
        """
        kept: Any = self._client.hmget(aside_key(record.doc), ["state", "terms"])
        state, terms = kept
        back = replace(record, state=State((state or b"").decode() or State.INDEXED), missing_since=0.0)
        ids = piece_ids(record)
        here = self._existing(aside_piece_key, record.doc, ids)
        there = self._existing(piece_key, record.doc, [each for each in ids if each not in here])
        if state is None or len(here) + len(there) < len(ids):
            keys = [aside_piece_key(space, record.doc, n) for space, n in here]
            keys += [piece_key(space, record.doc, n) for space, n in there]
            self._transactions.unlink([aside_key(record.doc), *keys])
            unread = as_unread(back)
            self._transactions.run(lambda pipe: put_record(pipe, unread))
            return unread
        self._transactions.run(lambda pipe: pipe.hset(MOVING, record.doc, _RETURN))
        self._rename(record, sorted(here), aside_piece_key, piece_key, +1)

        def build(pipe: Any) -> None:
            put_record(pipe, back)
            if terms:
                pipe.hset(doc_key(record.doc), "terms", terms)
            pipe.unlink(aside_key(record.doc))
            pipe.hdel(MOVING, record.doc)
            renew_revision(pipe)

        self._transactions.run(build)
        return back

    def finish(self) -> None:
        """Complete what killed processes began to rename."""
        moving: Any = self._client.hgetall(MOVING)
        for doc, step in ((doc.decode(), step.decode()) for doc, step in moving.items()):
            known = next(iter(self._ledger.get_many([doc])), None)
            if step == _PUBLISH and (draft := self.get(doc)) is not None:
                self._publish(draft.record, known)
            elif step == _LEAVE and known is not None and known.state is State.MISSING:
                self._leave(known)
            elif step == _RETURN and known is not None and known.state is State.MISSING:
                self.bring_back(known)
            else:  # Redis has lost it, or nothing was renamed yet
                self._stopped(doc)

    def _publish(self, record: DocumentRecord, old: DocumentRecord | None) -> None:
        ids = piece_ids(record)
        before = [] if old is None else sorted(self._existing(piece_key, old.doc, piece_ids(old)))
        here = self._existing(aside_piece_key, record.doc, ids)
        replaced = set(before)
        self._rename(record, [each for each in ids if each in here], aside_piece_key, piece_key, +1, replaced)
        kept = set(ids)
        for batch in batches([each for each in before if each not in kept]):
            self._remove(record.doc, batch)
        first = self._part(record, 0)

        def build(pipe: Any) -> None:
            pipe.unlink(doc_key(record.doc))
            put_record(pipe, record, first.terms)
            pipe.unlink(aside_key(record.doc))
            pipe.hdel(MOVING, record.doc)
            count_hashes(pipe, {DOC: int(old is None)})

        self._transactions.run(build)

    def _leave(self, away: DocumentRecord) -> None:
        here = self._existing(piece_key, away.doc, piece_ids(away))
        self._rename(away, sorted(here), piece_key, aside_piece_key, -1)
        self._stopped(away.doc)

    def _rename(
        self,
        record: DocumentRecord,
        ids: Sequence[_Id],
        source: Callable[[str, str, int], str],
        target: Callable[[str, str, int], str],
        counted: int,
        replaced: frozenset[_Id] | set[_Id] = frozenset(),
    ) -> None:
        """Rename existing hashes. `counted` is what each one that replaces no other adds to its space."""
        for batch in batches(ids):
            more = Counter[str]()
            for space, n in batch:
                more[DOC if space == WORDS else space] += 0 if (space, n) in replaced else counted

            def build(pipe: Any, batch: Sequence[_Id] = batch, more: Counter[str] = more) -> None:
                for space, n in batch:
                    key = source(space, record.doc, n)
                    pipe.hset(key, mapping=as_bytes(common_fields(record)))
                    pipe.rename(key, target(space, record.doc, n))
                count_hashes(pipe, more)

            self._transactions.run(build)

    def _remove(self, doc: str, ids: Sequence[_Id]) -> None:
        fewer = Counter[str]()
        for space, _ in ids:
            fewer[DOC if space == WORDS else space] -= 1

        def build(pipe: Any) -> None:
            pipe.unlink(*(piece_key(space, doc, n) for space, n in ids))
            count_hashes(pipe, fewer)

        self._transactions.run(build)

    def _existing(self, key: Callable[[str, str, int], str], doc: str, ids: Sequence[_Id]) -> set[_Id]:
        """Those of these pieces that exist under such a key."""
        found: set[_Id] = set()
        for batch in batches(ids):
            pipe = self._client.pipeline(transaction=False)
            for space, n in batch:
                pipe.exists(key(space, doc, n))
            found.update(each for each, exists in zip(batch, pipe.execute(), strict=True) if exists)
        return found

    def _put(self, record: DocumentRecord, items: Sequence[tuple[_Id, StoredPiece]]) -> None:
        layouts = stored_layouts(self._client)

        def build(pipe: Any) -> None:
            for (space, n), piece in items:
                key = aside_piece_key(space, record.doc, n)
                pipe.unlink(key)  # what a killed process has left there
                put_piece(pipe, key, record, n, piece, layouts)

        self._transactions.run(build)

    def _stopped(self, doc: str) -> None:
        self._transactions.run(lambda pipe: pipe.hdel(MOVING, doc))

    def _parts(
        self, record: DocumentRecord, terms: Sequence[str]
    ) -> tuple[tuple[str, ...] | None, list[PartOfTerms]]:
        """The terms of a draft with `terms` after them: those of its record, and the parts that change.

        The terms of the record are None when they stay as they are.
        """
        first, *parts = with_more_terms(record, self._part(record, record.words), terms)
        return (None, [first, *parts]) if record.words else (first.terms, parts)

    def _part(self, record: DocumentRecord, part: int) -> PartOfTerms:
        return decode_terms(self._client.hmget(aside_terms_key(record.doc, part), TERMS_FIELDS))

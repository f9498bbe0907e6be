"""Search: a question becomes legs, the legs answer from Redis, their answers become one list."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from semsearch.errors import QueryError
from semsearch.fusion import Fused, Ranking, fuse
from semsearch.legs import Interpreter, Leg, fingerprints
from semsearch.models.loaded import Models
from semsearch.snippets import snippet
from semsearch.status import status
from semsearch.store import queries
from semsearch.store.indexes import DOC
from semsearch.store.store import Store
from semsearch.types import (
    DocumentRecord,
    DocumentView,
    Filters,
    Hit,
    Kind,
    PassageHit,
    Query,
    Results,
    Status,
)

MAX_LIMIT = 100
MAX_OFFSET = 1000
MAX_CHARACTERS = 2000
BEST_PASSAGES = 3

# Several of the nearest passages may be of one document: so many are asked for per document wanted, and
# more when they turn out to be of too few documents.
_PASSAGES_PER_DOCUMENT = 5
_DEEPER = 4
_DEEPEST = 20_000


@dataclass(frozen=True, slots=True)
class _Found:
    """Documents that the legs found, best first, before their details are fetched."""

    documents: Sequence[Fused]
    total: int
    complete: bool


class Searcher:
    """Answers queries from Redis. One per process; safe to share between threads."""

    def __init__(self, store: Store, models: Models) -> None:
        self._store = store
        self._models = models
        self._ledger = store.ledger
        self._interpreter = Interpreter(store.ledger, models)

    def search(self, query: Query) -> Results:
        """Answer a query.

        Raises QueryError for a query that cannot be put, FileError for a picture that cannot be read,
        NotFoundError when `query.like` is gone, and FingerprintError, ModelError, RedisError.
        """
        started = time.perf_counter()
        check(query)
        with self._store.mapped():
            legs, notes = self._interpreter.legs(query)
            found = self._find(query, legs) if legs else _Found((), 0, True)
            hits = self._hits(query, found.documents[query.offset : query.offset + query.limit])
        if not found.complete:
            notes.append("Redis answered in part only: hits may be missing. Try again.")
        if query.filters.path and found.total == queries.PREFIX_LIMIT:
            notes.append(f"More paths may begin with {query.filters.path!r}: end it at a folder's name.")
        took_ms = (time.perf_counter() - started) * 1000
        return Results(hits, found.total, took_ms, complete=found.complete, notes=tuple(notes))

    def similar(self, doc: str, filters: Filters, limit: int = 10, offset: int = 0) -> Results:
        """Documents like this one: near the middle of its passages, or like its picture."""
        return self.search(Query(like=doc, filters=filters, limit=limit, offset=offset))

    def document(self, doc: str) -> DocumentView:
        """Raises NotFoundError when no document has this id."""
        with self._store.mapped():
            record = self._ledger.get(doc)
            width, height = self._ledger.picture_size(record) or (None, None)
            passages = tuple(self._ledger.passages(record))
        return DocumentView(record, modified(record), passages, width=width, height=height)

    def status(self) -> Status:
        """How everything is doing. Raises RedisError."""
        return status(self._store, self._models)

    def ping(self) -> None:
        """Raises RedisError when Redis is away."""
        self._store.ping()

    def _find(self, query: Query, legs: Sequence[Leg]) -> _Found:
        """Ask all legs in one round trip, and deeper while the pieces found are of too few documents."""
        needed = query.offset + query.limit
        depth = needed * _PASSAGES_PER_DOCUMENT
        where = queries.condition(query.filters, excluding=query.like)
        kinds = {kind for leg in legs for kind in leg.kinds}
        if query.filters.kind is not None:
            kinds &= {query.filters.kind}
        documents = where & queries.searchable(sorted(kinds))
        while True:
            commands = [queries.count(DOC, documents)]
            for leg in legs:
                if leg.vector is None:
                    commands += queries.named(leg.words, depth, documents)
                else:
                    commands += queries.nearest(leg.space, leg.vector, depth, where)
            total, *replies = queries.ask(self._store.client, commands, fingerprints(legs))
            answers = [
                queries.answer(candidates, matching, depth)
                for candidates, matching in zip(replies[::2], replies[1::2], strict=True)
            ]
            fused = fuse(
                [
                    Ranking(leg.name, answer.candidates, ranked=leg.vector is not None)
                    for leg, answer in zip(legs, answers, strict=True)
                ]
            )
            complete = total is not None and all(answer.complete for answer in answers)
            exhausted = all(answer.matching <= depth for answer in answers)
            if len(fused) >= needed or exhausted or not complete or depth >= _DEEPEST:
                break
            depth *= _DEEPER
        if all(leg.vector is None for leg in legs):
            total = max(answer.matching for answer in answers)
        return _Found(fused, total or len(fused), complete)

    def _hits(self, query: Query, found: Sequence[Fused]) -> tuple[Hit, ...]:
        """Fetch what the page shows of these documents; those removed in the meantime drop out."""
        records = {record.doc: record for record in self._ledger.get_many([hit.doc for hit in found])}
        best = {hit.doc: hit.pieces[:BEST_PASSAGES] for hit in found if hit.doc in records}
        wanted = [
            (records[doc], piece.n)
            for doc, pieces in best.items()
            if records[doc].kind is Kind.TEXT
            for piece in pieces
        ]
        passages = {
            (record.doc, passage.n): passage
            for (record, _), passage in zip(wanted, self._ledger.some_passages(wanted), strict=True)
            if passage is not None
        }
        hits = []
        for hit in found:
            if hit.doc not in records:
                continue
            shown = []
            for piece in best[hit.doc]:
                passage = passages.get((hit.doc, piece.n))
                if passage is None or piece.distance is None:
                    continue
                headings = {passage.title, *passage.heading.split(" > ")}
                text, marks = snippet(passage.content, query.text, headings)
                similarity = 1 - piece.distance
                shown.append(PassageHit(piece.n, text, similarity, passage.page, passage.heading, marks))
            hits.append(_hit(records[hit.doc], hit, tuple(shown)))
        return tuple(hits)


def check(query: Query) -> None:
    """Raises QueryError, with the actual value, for a query that cannot be put."""
    if not 1 <= query.limit <= MAX_LIMIT:
        raise QueryError(f"limit is {query.limit}: it must be between 1 and {MAX_LIMIT}")
    if not 0 <= query.offset <= MAX_OFFSET:
        raise QueryError(f"offset is {query.offset}: it must be between 0 and {MAX_OFFSET}")
    if len(query.text) > MAX_CHARACTERS:
        raise QueryError(f"the query has {len(query.text):,} characters: {MAX_CHARACTERS:,} are the most")
    if not (query.text.strip() or query.like or query.image is not None):
        raise QueryError("the query is empty: type some words, or choose a picture")


def modified(record: DocumentRecord) -> datetime:
    return datetime.fromtimestamp(record.mtime_ns / 1e9, UTC)


def _hit(record: DocumentRecord, found: Fused, passages: tuple[PassageHit, ...]) -> Hit:
    return Hit(
        doc=record.doc,
        path=record.path,
        root=record.root,
        kind=record.kind,
        media_type=record.media_type,
        title=record.title,
        similarity=found.similarity,
        legs=found.legs,
        modified=modified(record),
        passages=passages,
    )

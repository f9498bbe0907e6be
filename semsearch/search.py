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
from semsearch.store.connection import Client
from semsearch.store.indexes import DOC
from semsearch.store.store import Store
from semsearch.types import (
    DocumentRecord,
    DocumentView,
    Filters,
    Hit,
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
# Where names match as well, the order depends on how deep the other legs look: pages of one list must look
# equally deep.
_STEADY = 1000
_DEEPEST = 20_000

# Totals on a page may lag behind a run of ingestion by this much.
_KEEP_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class _Found:
    """Documents that the legs found, best first, before their details are fetched."""

    documents: Sequence[Fused]
    total: int
    complete: bool


class _Totals:
    """Counts of documents by filter, each kept for a moment: counting takes as long as searching."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._kept: dict[str, tuple[float, int]] = {}

    def count(self, where: queries.Where) -> int | None:
        """None when the server ran out of time."""
        name, now = str(where), time.monotonic()
        counted, total = self._kept.get(name, (-_KEEP_SECONDS, 0))
        if now - counted < _KEEP_SECONDS:
            return total
        found: int | None = queries.ask(self._client, [queries.count(DOC, where)])[0]
        if found is not None:
            self._kept = {key: kept for key, kept in self._kept.items() if now - kept[0] < _KEEP_SECONDS}
            self._kept[name] = (now, found)
        return found


class Searcher:
    """Answers queries from Redis. One per process; safe to share between threads."""

    def __init__(self, store: Store, models: Models) -> None:
        self._store = store
        self._models = models
        self._ledger = store.ledger
        self._totals = _Totals(store.client)
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
            if self._is_cut(queries.prefix(query.filters)):
                notes.append(f"More paths may begin with {query.filters.path!r}: end it at a folder's name.")
        if not found.complete:
            notes.append("Redis answered in part only: hits may be missing. Try again.")
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

    def record(self, doc: str) -> DocumentRecord:
        """Raises NotFoundError when no document has this id."""
        with self._store.mapped():
            return self._ledger.get(doc)

    def status(self) -> Status:
        """How everything is doing. Raises RedisError."""
        return status(self._store, self._models)

    def ping(self) -> None:
        """Raises RedisError when Redis is away."""
        self._store.ping()

    def _is_cut(self, path: str) -> bool:
        """Whether the server may have left out files that a path filter should let pass."""
        if not path:
            return False
        client = self._store.client
        whole = queries.count(DOC, queries.in_folder(path))
        begun = queries.count(DOC, queries.beginning(path))
        in_folder, expanded = queries.ask(client, [whole, begun])
        return not in_folder and (expanded or 0) >= queries.prefix_limit(client)

    def _find(self, query: Query, legs: Sequence[Leg]) -> _Found:
        """Ask all legs in one round trip, and deeper while the pieces found are of too few documents."""
        needed = query.offset + query.limit
        depth = needed * _PASSAGES_PER_DOCUMENT
        where = queries.condition(query.filters, excluding=query.like)
        kinds = {kind for leg in legs for kind in leg.kinds}
        if query.filters.kind is not None:
            kinds &= {query.filters.kind}
        documents = where & queries.searchable(sorted(kinds))
        scopes = [
            where if leg.vector is not None else documents & queries.having_name(leg.words) for leg in legs
        ]
        while True:
            commands = [
                queries.some(depth, scope)
                if leg.vector is None
                else queries.nearest(leg.space, leg.field, leg.vector, depth, scope)
                for leg, scope in zip(legs, scopes, strict=True)
            ]
            answers = queries.ask(self._store.client, commands, fingerprints(legs))
            fused = fuse(
                [
                    Ranking(leg.name, found or (), ranked=leg.vector is not None)
                    for leg, found in zip(legs, answers, strict=True)
                ]
            )
            if depth < _STEADY and any(found for leg, found in zip(legs, answers, strict=True) if leg.words):
                depth = _STEADY
                continue
            short = [n for n, found in enumerate(answers) if len(found or ()) < depth]
            if len(fused) >= needed or len(short) == len(legs) or None in answers or depth >= _DEEPEST:
                break
            depth *= _DEEPER
        # A leg that gave less than it was asked for has no more to give, or it gave up.
        counts = queries.ask(self._store.client, [queries.count(legs[n].space, scopes[n]) for n in short])
        complete = all(
            expected is not None and len(answers[n] or ()) >= expected
            for n, expected in zip(short, counts, strict=True)
        )
        if all(leg.vector is None for leg in legs):
            total = self._totals.count(scopes[0])
        else:
            # By meaning, every document of a kind that a vector can reach is an answer, if a bad one.
            near = {kind for leg in legs if leg.vector is not None for kind in leg.kinds}
            total = self._totals.count(where & queries.searchable(sorted(near)))
            named_only = sum(hit.similarity is None for hit in fused)
            total = None if total is None else total + named_only
        return _Found(fused, len(fused) if total is None else total, complete and total is not None)

    def _hits(self, query: Query, found: Sequence[Fused]) -> tuple[Hit, ...]:
        """Fetch what the page shows of these documents; those removed in the meantime drop out."""
        best = {hit.doc: hit.pieces[:BEST_PASSAGES] for hit in found}
        wanted = [(doc, piece.n) for doc, pieces in best.items() for piece in pieces]
        known, texts = self._ledger.get_with_passages(list(best), wanted)
        records = {record.doc: record for record in known}
        passages = dict(zip(wanted, texts, strict=True))
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
    """When the file was changed last; some filesystems hold dates that a datetime cannot."""
    try:
        return datetime.fromtimestamp(record.mtime_ns / 1e9, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.max.replace(tzinfo=UTC) if record.mtime_ns > 0 else datetime.min.replace(tzinfo=UTC)


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

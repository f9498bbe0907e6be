"""Search: a question becomes legs, the legs answer from Redis, their answers become one list."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from semsearch.errors import NotFoundError, QueryError
from semsearch.language import query_syntax as wordings
from semsearch.models.loaded import Models
from semsearch.query import MAX_CHARACTERS, MAX_LIMIT, MAX_OFFSET, Filters, Order, Query
from semsearch.records import Box, DocumentRecord, Kind, Passage
from semsearch.results import NOTHING_CLEAR, Copy, DocumentView, Excerpt, Hit, PassageHit, Results, Status
from semsearch.search.answers import Answers
from semsearch.search.interpret import Interpretation, Interpreter
from semsearch.search.listing import count, ordered
from semsearch.search.picture_part import part_that_matches
from semsearch.search.rank import Fused
from semsearch.search.relevance import Calibration, is_clear, relevance
from semsearch.search.retrieve import Finder, Scope
from semsearch.search.snippets import Piece, best_pieces, excerpt
from semsearch.search.status import status
from semsearch.store import filters as conditions
from semsearch.store import queries
from semsearch.store.schema import DOC
from semsearch.store.store import Store

BEST_PASSAGES = 3

# How long a change of the calibrations may go unseen.
_KEEP_SECONDS = 2.0


class Searcher:
    """Answers queries from Redis. One per process; safe to share between threads."""

    def __init__(self, store: Store, models: Models) -> None:
        self._store = store
        self._models = models
        self._ledger = store.ledger
        self._finder = Finder(store)
        self._interpreter = Interpreter(store.ledger, models)
        self._answers = Answers(models)
        self._calibrated = (-_KEEP_SECONDS, dict[Kind, Calibration]())

    def search(self, query: Query) -> Results:
        """Answer a query.

        Raises QueryError for a query that cannot be put, FileError for a picture that cannot be read,
        NotFoundError when `query.like` is gone, and FingerprintError, ModelError, RedisError.
        """
        started = time.perf_counter()
        check(query)
        with self._store.mapped():
            whole = query.order is not Order.RELEVANCE or query.facets
            scope = Scope(query.filters, excluding=query.like, whole=whole, copies=query.copies)
            needed = query.offset + query.limit
            begun = self._finder.look_for(self._interpreter.wording(query), scope, needed)
            asked = self._interpreter.interpret(query)
            calibrations = self._calibrations()
            # How like pictures are by chance is reckoned, not measured: it orders, it does not judge.
            spoken = not query.like and query.image is None
            if spoken:
                of_legs = {leg.scale: calibrations[leg.scale].for_question(leg.vector) for leg in asked.legs}
                calibrations = calibrations | of_legs
            else:
                calibrations = calibrations | {Kind.IMAGE: calibrations[Kind.IMAGE].by_looks()}
            found = self._finder.find(asked, scope, needed, calibrations, begun)
            measured = {kind for kind, each in calibrations.items() if each.measured and spoken}
            documents, facets = found.documents, None
            if whole:
                matching = [hit for hit in documents if hit.scale not in measured or is_clear(hit.standing)]
                groups = [[hit.doc, *(copy.doc for copy in hit.copies)] for hit in matching]
                facts = self._ledger.facts([doc for group in groups for doc in group])
                facets = count([facts[doc] for doc in group if doc in facts] for group in groups)
                documents = ordered(documents, facts, query.order)
            chosen = documents[query.offset : query.offset + query.limit]
            hits = self._hits(asked, chosen, measured)
            notes = list(asked.notes)
            if self._is_cut(query.filters):
                notes.append(f"More paths may begin with {query.filters.path!r}: end it at a folder's name.")
        if hits and not query.offset and not any(hit.is_clear for hit in hits):
            notes.append(NOTHING_CLEAR)
        if not found.complete:
            notes.append("Redis answered in part only: hits may be missing. Try again.")
        took_ms = (time.perf_counter() - started) * 1000
        return Results(
            hits,
            found.total,
            took_ms,
            complete=found.complete,
            notes=tuple(notes),
            facets=facets if query.facets else None,
        )

    def document(self, doc: str) -> DocumentView:
        """Raises NotFoundError when no document has this id."""
        with self._store.mapped():
            record = self._ledger.get(doc)
            width, height = self._ledger.picture_size(record) or (None, None)
            passages = tuple(self._ledger.passages(record))
        return DocumentView(record, modified(record), dated(record), passages, width=width, height=height)

    def excerpt(self, doc: str, n: int, question: str) -> Excerpt:
        """A passage around the sentence that answers a question.

        Words say which it is where one has most of those of the question, and else its meaning: to embed the
        sentences of a whole page of hits takes too long for a search. Raises NotFoundError, QueryError,
        ModelError.
        """
        check(Query(question))
        with self._store.mapped():
            (passage,) = self._ledger.get_with_passages([], [(doc, n)])[1]
        if passage is None:
            raise NotFoundError(f"document {doc!r} has no passage {n}: it may have changed since")
        wording, headings = wordings.read(question), _headings(passage)
        by_words = excerpt(passage.content, wording.marked, headings)
        if by_words.sentence is not None:
            return by_words
        answer = self._answers.nearest(passage.content, headings, self._interpreter.meaning(wording.text))
        return excerpt(passage.content, wording.marked, headings, answer)

    def part(self, picture: bytes, question: str) -> Box | None:
        """The part of a picture file that matches a question; None where nothing less than the whole does.

        Raises QueryError, ModelError, and FileError when it is no picture.
        """
        check(Query(question))
        model, leg = self._models.image(), self._interpreter.description(wordings.read(question).text)
        if model is None or leg is None:
            return None
        with self._store.mapped():
            scale = self._calibrations().get(Kind.IMAGE, Calibration()).similarity
        return part_that_matches(picture, leg.vector, model, leg.field, scale)

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

    def _is_cut(self, filters: Filters) -> bool:
        """Whether the server may have left out files that a path filter should let pass."""
        path = conditions.prefix(filters)
        if not path or conditions.is_folder(filters):
            return False
        client = self._store.client
        whole = queries.count(DOC, conditions.in_folder(path))
        begun = queries.count(DOC, conditions.beginning(path))
        in_folder, expanded = queries.ask(client, [whole, begun])
        return not in_folder and (expanded or 0) >= queries.prefix_limit(client)

    def _calibrations(self) -> dict[Kind, Calibration]:
        now = time.monotonic()
        if now - self._calibrated[0] >= _KEEP_SECONDS:
            self._calibrated = (now, self._store.calibrations())
        return self._calibrated[1]

    def _hits(
        self, asked: Interpretation, found: Sequence[Fused], measured: Collection[Kind]
    ) -> tuple[Hit, ...]:
        """Fetch what the page shows of these documents; those removed in the meantime drop out."""
        best = self._best_pieces(asked, found)
        wanted = [(doc, piece.n) for doc, pieces in best.items() for piece in pieces]
        docs = [each.doc for hit in found for each in (hit, *hit.copies)]
        known, texts = self._ledger.get_with_passages(docs, wanted)
        records = {record.doc: record for record in known}
        passages = dict(zip(wanted, texts, strict=True))
        hits = []
        for hit in found:
            if hit.doc not in records:
                continue
            shown = []
            for piece in best[hit.doc]:
                passage = passages.get((hit.doc, piece.n))
                if passage is None:
                    continue
                shown.append(_passage_hit(passage, piece, asked.wording.marked))
            score = relevance(hit.standing) if hit.scale in measured else None
            copies = [records[copy.doc] for copy in hit.copies if copy.doc in records]
            hits.append(
                replace(
                    _hit(records[hit.doc], hit, tuple(shown), score),
                    copies=tuple(Copy(copy.doc, copy.path) for copy in copies),
                )
            )
        return tuple(hits)

    def _best_pieces(self, asked: Interpretation, found: Sequence[Fused]) -> dict[str, list[Piece]]:
        """The passages that say why: near in meaning, or with the words of the query."""
        worded = [hit.doc for hit in found if "words" in hit.legs]
        lines = dict(zip(worded, self._ledger.lines(worded), strict=True))
        return {
            hit.doc: best_pieces(hit, lines.get(hit.doc, ()), asked.wording)[:BEST_PASSAGES] for hit in found
        }


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
    """When the file was changed last."""
    return _moment(record.mtime_ns / 1e9)


def dated(record: DocumentRecord) -> datetime:
    """When a photo was taken or a mail was sent, where that is known; else when the file was changed."""
    return _moment(record.dated or record.mtime_ns / 1e9)


def _moment(seconds: float) -> datetime:
    """Some filesystems hold dates that a datetime cannot."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.max.replace(tzinfo=UTC) if seconds > 0 else datetime.min.replace(tzinfo=UTC)


def _headings(passage: Passage) -> frozenset[str]:
    """What is shown beside a passage, and so need not be repeated in its snippet."""
    return frozenset({passage.title, *passage.heading.split(" > ")})


def _passage_hit(passage: Passage, piece: Piece, wanted: Collection[str]) -> PassageHit:
    cut = excerpt(passage.content, wanted, _headings(passage))
    return PassageHit(
        n=piece.n,
        snippet=cut.snippet,
        similarity=piece.similarity,
        page=passage.page,
        heading=passage.heading,
        highlights=cut.highlights,
        source=passage.source,
        sentence=cut.sentence,
    )


def _hit(
    record: DocumentRecord, found: Fused, passages: tuple[PassageHit, ...], relevance: float | None
) -> Hit:
    return Hit(
        doc=record.doc,
        path=record.path,
        root=record.root,
        kind=record.kind,
        media_type=record.media_type,
        size=record.size,
        title=record.title,
        similarity=found.similarity,
        relevance=relevance,
        legs=tuple(found.legs),
        modified=modified(record),
        date=dated(record),
        passages=passages,
    )

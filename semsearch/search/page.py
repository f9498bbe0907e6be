"""Build the page of hits. It reads records and passages only of the documents on the page."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from semsearch.language.document_date import document_date
from semsearch.language.query_syntax import Terms
from semsearch.message import say
from semsearch.query import LegName, Query
from semsearch.records import DocumentRecord, Passage
from semsearch.results import NOTHING_CLEAR, Copy, Facets, Hit, PassageHit, Results
from semsearch.search.found import Found
from semsearch.search.listing import Listed
from semsearch.search.rank import Ranked
from semsearch.search.relevance import relevance
from semsearch.search.snippets import Shown, best_passages, excerpt
from semsearch.search.tuning import TUNING, Tuning
from semsearch.search.why import explanation, of_alternative
from semsearch.store.ledger import Ledger
from semsearch.store.terms import NO_TERMS, PartOfTerms

# The most passages of a hit.
_PASSAGES = 3


def page_of(
    query: Query,
    how: Sequence[str],
    found: Found,
    listed: Listed,
    ledger: Ledger,
    started: float,
    facets: Facets | None = None,
    missing: Sequence[str] = (),
    tuning: Tuning = TUNING,
) -> Results:
    """The documents from `query.start` on, at most `query.limit`, as hits, with notes for the user.

    `how` are the notes that say how the query was searched for. `started` is the time.perf_counter() at the
    start of the search. `missing` are sentences about what Redis
    has lost: with one of them the answer is incomplete. Raises RedisError.
    """
    shown = listed.documents[query.start : query.start + query.limit]
    hits = _hits(shown, found, ledger, tuning, explain=query.explain)
    missing = [*missing, *_damaged(shown, hits, listed.unknown, ledger)]
    notes = [*missing, *how]
    if found.cut_path:
        notes.append(
            say("More paths may begin with {path!r}: write the whole name of a folder.", path=found.cut_path)
        )
    if hits and not query.start and not any(hit.is_clear for hit in hits):
        notes.append(NOTHING_CLEAR)
    if not found.complete:
        notes.append(say("Redis answered only in part: hits may be missing. Try again."))
    return Results(
        hits,
        found.total,
        took_ms=(time.perf_counter() - started) * 1000,
        complete=found.complete and not missing,
        notes=tuple(notes),
        facets=facets,
        matches=listed.matches,
        weaker=listed.weaker,
    )


def headings_of(passage: Passage) -> frozenset[str]:
    """The headings that are shown beside a passage, so that its snippet need not repeat them."""
    # Without headings, "" stands for them: a line that is only the number of a page repeats it.
    return frozenset({passage.title, *(passage.headings or ("",))})


def modified(record: DocumentRecord) -> datetime:
    """The time of the last change of the file."""
    return moment_of(record.mtime_ns / 1e9)


def _hits(
    documents: Sequence[Ranked], found: Found, ledger: Ledger, tuning: Tuning, *, explain: bool
) -> tuple[Hit, ...]:
    """The hits of ranked documents, in their order. Removed documents are left out. Raises RedisError."""
    parts = _parts_with_words(documents, ledger)
    best = {}
    for document in documents:
        part, wording = parts.get(document.doc, NO_TERMS), found.sought[document.alternatives[0]].wording
        best[document.doc] = best_passages(document, part, wording, tuning)[:_PASSAGES]
    wanted = [(doc, shown.n) for doc, passages in best.items() for shown in passages]
    docs = [each.doc for document in documents for each in (document, *document.copies)]
    known, texts = ledger.get_with_passages(docs, wanted)
    records = {record.doc: record for record in known}
    passages = dict(zip(wanted, texts, strict=True))
    hits = []
    for document in documents:
        record = records.get(document.doc)
        if record is None:
            continue
        shown = [(each, passages[document.doc, each.n]) for each in best[document.doc]]
        by = [found.sought[n] for n in document.alternatives]
        read = [each.wording.of(record.language) for each in by]
        terms, also = read[0].marked, [each.highlighted for each in read]
        cut = tuple(_passage_hit(passage, each, terms, also, record) for each, passage in shown if passage)
        copies = [records[copy.doc] for copy in document.copies if copy.doc in records]
        score = relevance(document.spreads, tuning) if document.kind in found.scales.measured else None
        hit = hit_of(document, record, cut, copies, score)
        if explain:
            having = " ".join(parts.get(document.doc, NO_TERMS).terms).split()
            why = explanation(document, record, having, by[0].wording, score, tuning)
            if len(found.sought) > 1:
                why = of_alternative(why, by[0].text)
            hit = replace(hit, explanation=why)
        hits.append(hit)
    return tuple(hits)


def _damaged(
    shown: Sequence[Ranked], hits: Sequence[Hit], unknown: Sequence[str], ledger: Ledger
) -> Iterator[str]:
    """A sentence for each document that was left out because its record cannot be read."""
    known = {hit.doc for hit in hits} | {copy.doc for hit in hits for copy in hit.copies}
    docs = [each.doc for document in shown for each in (document, *document.copies)]
    absent = dict.fromkeys([*(doc for doc in docs if doc not in known), *unknown])
    for doc in ledger.damaged(list(absent)) if absent else ():
        yield say(
            "The record of document {doc} in Redis is damaged, so the document is left out. "
            "Run `semsearch ingest` on your folders, which writes it anew.",
            doc=doc,
        )


def _parts_with_words(documents: Sequence[Ranked], ledger: Ledger) -> dict[str, PartOfTerms]:
    """The parts of the terms with words of the query, of the documents that words found."""
    by_words = [(document.doc, document.part) for document in documents if LegName.WORDS in document.legs]
    return {doc: part for (doc, _), part in zip(by_words, ledger.terms(by_words), strict=True)}


def _passage_hit(
    passage: Passage, shown: Shown, terms: Terms, also: Sequence[Terms], record: DocumentRecord
) -> PassageHit:
    """`terms` are those of the alternative that found the document best, `also` what is marked of all."""
    headings, others = headings_of(passage), [term for each in also for term in each]
    cut = excerpt(passage.content, terms, headings, language=record.language, also=others)
    return PassageHit(
        n=shown.n,
        snippet=cut.snippet,
        similarity=shown.similarity,
        page=passage.page,
        headings=passage.headings,
        highlights=cut.highlights,
        source=passage.source,
        sentence=cut.sentence,
    )


def hit_of(
    document: Ranked,
    record: DocumentRecord,
    passages: tuple[PassageHit, ...],
    copies: Sequence[DocumentRecord],
    relevance: float | None,
) -> Hit:
    """A document as a hit, with what was found of it."""
    date = document_date(record)
    return Hit(
        doc=record.doc,
        path=record.path,
        root=record.root,
        kind=record.kind,
        media_type=record.media_type,
        size=record.size,
        title=record.title,
        similarity=document.similarity,
        relevance=relevance,
        legs=tuple(document.legs),
        modified=modified(record),
        date=date.moment,
        date_source=date.source,
        passages=passages,
        copies=tuple(Copy(copy.doc, copy.path) for copy in copies),
        reason=record.reason,
        language=record.language,
    )


def moment_of(seconds: float) -> datetime:
    """The time as a datetime. Some files have a date beyond its range: they get its first or last moment."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.max.replace(tzinfo=UTC) if seconds > 0 else datetime.min.replace(tzinfo=UTC)


def hit_of_record(record: DocumentRecord, passages: tuple[PassageHit, ...] = ()) -> Hit:
    """A document as a hit that no query has found."""
    return hit_of(Ranked(record.doc, record.kind, record.kind), record, passages, (), None)

"""What is new in the saved searches: at the end of a run of ingestion, each is asked of the new documents.

The vectors of all searches are multiplied with those of the new documents. Redis is asked only about searches
that a new document may match by its words, or that have filters, phrases or pictures as candidates.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from semsearch.errors import FingerprintError, ModelError, NotFoundError, QueryError
from semsearch.explore.asked import embed
from semsearch.explore.fresh import Fresh, Known, New, Numbers, look
from semsearch.explore.saved import NEW, SAVED, SEEN, query_of, seconds_of, with_new
from semsearch.language.query_syntax import Wording
from semsearch.models.loaded import Models
from semsearch.query import Filters, Query
from semsearch.records import DocumentRecord, Kind, Vectors
from semsearch.results import Correction
from semsearch.search.alternatives import Alternative, interpreted
from semsearch.search.among import Among
from semsearch.search.completion import Completer
from semsearch.search.corrections import Corrector, corrected
from semsearch.search.in_use import Following
from semsearch.search.legs import Leg
from semsearch.search.searcher import Searcher
from semsearch.search.spelling import Spelling
from semsearch.search.term_weights import WeighedReadings
from semsearch.search.tuning import TUNING
from semsearch.search.vocabulary import Vocabulary
from semsearch.search.within import is_list
from semsearch.store.replies import Candidate
from semsearch.store.store import Store

# New documents that are looked at together, and their pieces, each of which has a vector.
_BATCH, _PIECES = 1000, 20_000
# A search that compares with examples alone has no clear matches: what is on its first page counts.
_FIRST_PAGE = 20
# While Redis answers one search, the others are read and compared.
_THREADS = 3


def ask_saved_searches(store: Store, models: Models) -> None:
    """Note which new documents each saved search finds. Raises RedisError."""
    saved = store.mine.get(SAVED)
    if not saved:
        # Else all that comes until the next search is saved would be new in it.
        Known.forget(store)
        return
    known, revision = Known.read(store), store.runs.revision()
    if known.revision == revision:
        return
    now = time.time()
    seen = _seen(store, saved, now)
    new, contents = look(store, known, min(seen.values()), now)
    try:
        found = _Asking(store, models, saved).of(list(new)) if new else {}
    except (ModelError, FingerprintError):
        return  # without its model a search finds too little: the next run asks again
    _keep(store, {search: found.get(name, set()) for name, search in saved.items()}, new, now)
    Known(revision, contents).keep(store)


def _keep(store: Store, found: Mapping[str, set[str]], new: Mapping[str, New], now: float) -> None:
    """Note the documents found by each query string, for the searches that are saved by now.

    Some may have been renamed, removed or opened since they were asked.
    """
    before, saved = store.mine.get(NEW), store.mine.get(SAVED)
    seen = _seen(store, saved, now)
    kept = {}
    for name, search in saved.items():
        hits = [new[doc] for doc in found.get(search, ())]
        fresh = {each.content: each.moment for each in hits if each.moment > seen[name]}
        kept[name] = with_new(before.get(name, ""), fresh, seen[name])
    store.mine.put(NEW, {name: value for name, value in kept.items() if value != before.get(name, "")})
    store.mine.drop(NEW, before.keys() - saved.keys())


def _seen(store: Store, saved: Mapping[str, str], now: float) -> dict[str, float]:
    """When each search was opened last."""
    opened = store.mine.get(SEEN)
    return {name: seconds_of(opened.get(name), now) for name in saved}


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """An alternative of a saved search, with its words as the library reads them."""

    name: str
    alternative: Alternative
    wording: Wording
    weighed: WeighedReadings

    @property
    def legs(self) -> Sequence[Leg]:
        return self.alternative.interpretation.legs

    @property
    def is_limited(self) -> bool:
        """Whether filters, phrases or exclusions rule out documents, whatever their similarity."""
        return self.alternative.query.filters != Filters() or self.wording.demands

    @property
    def may_be_unknown(self) -> bool:
        """Whether a word that is nowhere may raise the scale."""
        return bool(self.alternative.interpretation.in_pieces) and len(self.wording.terms) <= TUNING.few_words

    def least(self, leg: Leg) -> float:
        """The similarity from which on a document is near enough; infinite if none is."""
        scales = self.alternative.scales
        scale = scales.by_kind[leg.kind]
        return scale.centre + TUNING.clear_spreads * scale.spread if scales.limit is None else np.inf


class _Asking:
    """Asks all saved searches of new documents."""

    def __init__(self, store: Store, models: Models, saved: Mapping[str, str]) -> None:
        self._store = store
        self._among = Among(store)
        self._searcher = Searcher(store, models)
        vocabulary = Vocabulary(store)
        self._corrector = Corrector(Spelling(store, vocabulary), Completer(store, vocabulary))
        self._in_use = in_use = Following(store, models).now()
        self._asked: list[_Asked] = []
        self._by_page: dict[str, tuple[Query, set[Kind]]] = {}
        typed = dict(_readable(saved))
        self._among.count(typed.values())
        queries = {name: self._meant(query) for name, query in typed.items()}
        self._among.count(queries.values())
        embed(store, in_use, queries.values())
        for name, query in queries.items():
            self._prepare(name, query)

    def _meant(self, query: Query) -> Query:
        """A query as a search takes it: mistyped words, which are nowhere, are corrected."""
        corrections: Sequence[Correction] = ()
        # The second look is as exact as a search, and takes longer.
        for sought in (self._among.lacking, self._among.sought):
            corrections = self._corrector.corrections(
                list(sought(query)), query.filters.within, self._in_use, unfinished=False
            )
            if not corrections:
                return query
        return replace(query, text=corrected(query.text, corrections))

    def of(self, docs: Sequence[str]) -> dict[str, set[str]]:
        """The new documents that each search clearly finds."""
        found: dict[str, set[str]] = {}
        kinds: dict[str, Kind] = {}
        for records in self._batches(docs):
            fresh = Fresh.read(self._store, records, self._in_use.generations)
            kinds |= {record.doc: record.kind for record in records}
            for name, some in self._found(fresh):
                found.setdefault(name, set()).update(some)
        for name, (query, without_scale) in self._by_page.items():
            measured = {doc for doc in found.get(name, ()) if kinds[doc] not in without_scale}
            hits = self._first_page(query) if without_scale.intersection(kinds.values()) else ()
            found[name] = measured | {doc for doc in hits if kinds.get(doc) in without_scale}
        return found

    def _first_page(self, query: Query) -> list[str]:
        return [hit.doc for hit in self._searcher.search(replace(query, limit=_FIRST_PAGE)).hits]

    def _batches(self, docs: Sequence[str]) -> Iterator[list[DocumentRecord]]:
        """The records of documents, as many together as their vectors fit into memory."""
        batch: list[DocumentRecord] = []
        pieces = 0
        for start in range(0, len(docs), _BATCH):
            for record in self._store.ledger.get_many(docs[start : start + _BATCH]):
                more = record.pieces + record.texts
                if batch and (len(batch) == _BATCH or pieces + more > _PIECES):
                    yield batch
                    batch, pieces = [], 0
                batch.append(record)
                pieces += more
        if batch:
            yield batch

    def _prepare(self, name: str, query: Query) -> None:
        try:
            meant = interpreted(query, self._in_use.interpreter, self._in_use.calibrations)
        except (QueryError, NotFoundError):  # an example is gone: nothing is found
            return
        without_scale = {
            leg.kind
            for each in meant
            for leg in each.interpretation.legs
            if leg.kind not in each.scales.measured
        }
        if without_scale:
            self._by_page[name] = query, without_scale
        for each in meant:
            wording = self._among.wording(each.query)
            self._asked.append(_Asked(name, _measured(each), wording, self._among.weighed(wording)))

    def _found(self, fresh: Fresh) -> Iterator[tuple[str, set[str]]]:
        """The name of each search with the documents that it finds."""
        similar = self._similarities(fresh)
        with ThreadPoolExecutor(_THREADS) as threads:
            found = threads.map(lambda asked: self._found_by(asked, fresh, similar), self._asked)
            yield from zip((asked.name for asked in self._asked), found, strict=True)

    def _found_by(
        self, asked: _Asked, fresh: Fresh, similar: Mapping[int, tuple[Numbers, Vectors]]
    ) -> set[str]:
        """The documents that a search finds. `similar` are the similarities of each leg, by its identity."""
        query, records = asked.alternative.query, fresh.records
        if not asked.legs and not asked.wording.terms:
            is_asked = is_list(query, asked.wording)
            return self._among.passing(query, [each.doc for each in records]) if is_asked else set()
        near = [similar[id(leg)] for leg in asked.legs]
        by_vectors = {
            n
            for leg, (numbers, values) in zip(asked.legs, near, strict=True)
            for n in numbers[values >= asked.least(leg)].tolist()
        }
        by_words = fresh.may_match(asked.wording, asked.weighed) - by_vectors
        pictures = any(records[n].kind is Kind.IMAGE for n in by_vectors)
        if by_words or (by_vectors and (asked.may_be_unknown or pictures)):
            numbers = by_vectors | by_words
            candidates = [
                _candidates(leg, fresh, numbers, *each) for leg, each in zip(asked.legs, near, strict=True)
            ]
            return self._among.clear(asked.alternative, [records[n].doc for n in numbers], candidates)
        near_docs = [records[n].doc for n in by_vectors]
        return self._among.passing(query, near_docs) if near_docs and asked.is_limited else set(near_docs)

    def _similarities(self, fresh: Fresh) -> dict[int, tuple[Numbers, Vectors]]:
        """For each leg, by its identity: the numbers of documents with vectors, and their similarities."""
        legs: dict[tuple[str, str], list[Leg]] = {}
        for each in self._asked:
            for leg in each.legs:
                legs.setdefault((leg.space, leg.field), []).append(leg)
        found: dict[int, tuple[Numbers, Vectors]] = {}
        for field, some in legs.items():
            numbers, similar = fresh.nearest(field, [leg.vector for leg in some])
            found |= {id(leg): (numbers, similar[:, n]) for n, leg in enumerate(some)}
        return found


def _measured(asked: Alternative) -> Alternative:
    """The same with those legs alone that have a scale."""
    legs = tuple(leg for leg in asked.interpretation.legs if leg.kind in asked.scales.measured)
    return replace(asked, interpretation=replace(asked.interpretation, legs=legs))


def _candidates(
    leg: Leg, fresh: Fresh, wanted: set[int], numbers: Numbers, similar: Vectors
) -> list[Candidate]:
    """The wanted documents that have vectors, the nearest first."""
    near = [(float(value), int(n)) for n, value in zip(numbers, similar, strict=True) if int(n) in wanted]
    return [
        Candidate(fresh.records[n].doc, fresh.records[n].kind, leg.space, 0, 1.0 - value)
        for value, n in sorted(near, reverse=True)
    ]


def _readable(saved: Mapping[str, str]) -> Iterator[tuple[str, Query]]:
    for name, search in saved.items():
        try:
            yield name, query_of(search)
        except QueryError:  # an older or newer semsearch saved it
            continue

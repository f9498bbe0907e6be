"""Which of a few documents a query clearly matches: the question of saved searches to what is new.

The similarities are given, because no index of vectors can be asked for single documents. Words, filters and
phrases are asked of Redis, and all else is as in a search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from semsearch.language.query_syntax import Wording
from semsearch.query import Mode, Query
from semsearch.records import Kind
from semsearch.search.alternatives import Alternative, queries_of
from semsearch.search.found import Sought
from semsearch.search.interpret import wording_of
from semsearch.search.relevance import is_clear
from semsearch.search.retrieve import Answers, Retriever
from semsearch.search.term_weights import WeighedReadings
from semsearch.search.tuning import TUNING, Tuning
from semsearch.search.within import Within
from semsearch.store import filters, queries
from semsearch.store.replies import Candidate
from semsearch.store.store import Store


class Among(Retriever):
    """Asks about some documents. Every method raises RedisError."""

    def __init__(self, store: Store, tuning: Tuning = TUNING) -> None:
        super().__init__(store, tuning)
        self._wordings: dict[tuple[str, Mode], Wording] = {}

    def wording(self, query: Query) -> Wording:
        """The words of a query, read for the languages of the library."""
        which = query.text, query.mode
        if which not in self._wordings:
            self._wordings[which] = wording_of(query, self._weights.languages())
        return self._wordings[which]

    def count(self, asked: Iterable[Query]) -> None:
        """Count in how many documents each term of these queries is, for all queries together."""
        wordings = [self.wording(each) for query in asked for each in queries_of(query)]
        terms = {term for wording in wordings for each in wording.readings for term in each.terms}
        self._weights.weigh(tuple(terms))

    def lacking(self, query: Query) -> Iterator[Sought]:
        """The words of each alternative of a query, and which of them no text has."""
        for each in queries_of(query):
            wording = self.wording(each)
            frequencies = self.weighed(wording).base.frequencies
            yield Sought(each.text, wording, tuple(term for term, count in frequencies.items() if not count))

    def sought(self, query: Query) -> Iterator[Sought]:
        """The same as a search finds them: other forms and names may have the words. Takes longer."""
        for each, begun in zip(queries_of(query), map(self.begin, queries_of(query)), strict=True):
            yield Sought(each.text, begun.wording, begun.words.result().nowhere)

    def weighed(self, wording: Wording) -> WeighedReadings:
        """The terms of each reading of a query, with their document frequencies."""
        return self._weights.weigh_readings(wording)

    def passing(self, query: Query, docs: Sequence[str]) -> set[str]:
        """Those of the documents that pass the filters of a query, its phrases and exclusions."""
        within = _limited(query, self._store, docs)
        demands = self._words.matches(self.wording(query).without_terms, within, 1).demands
        return self._docs(len(docs), within.where & filters.findable() & demands.documents)

    def clear(self, asked: Alternative, docs: Sequence[str], near: Sequence[Sequence[Candidate]]) -> set[str]:
        """Those of the documents that are clear matches. `near` are their candidates for each leg."""
        query, interpretation = asked.query, asked.interpretation
        within, wording = _limited(query, self._store, docs), self.wording(query)
        # A long document has several hashes, each of which may match.
        words = self._words.matches(wording, within, max(self._tuning.depth, len(docs)))
        passing = self._docs(len(docs), within.where & words.demands.documents)
        allowed = [[each for each in found if each.doc in passing] for found in near]
        legs = [leg for leg in interpretation.legs if leg.kind is Kind.IMAGE]
        is_seen = any(each.kind is Kind.IMAGE for found in allowed for each in found)
        best = self._best(asked, within) if legs and is_seen else ()
        depth = 1 + max(map(len, allowed), default=0)  # so that no list counts as cut off
        answers = Answers(depth, words, list(map(tuple, allowed)), best, allowed)
        interpretation = replace(interpretation, wording=wording)
        scales = self._scales(interpretation, answers, asked.scales)
        return {
            document.doc
            for document in self._rank(interpretation, answers, scales)
            if document.kind not in scales.measured or is_clear(document.spreads, self._tuning)
        }

    def _best(self, asked: Alternative, within: Within) -> Sequence[Candidate]:
        """The best pictures of the whole library, which draw the line for all."""
        (leg,) = (leg for leg in asked.interpretation.legs if leg.kind is Kind.IMAGE)
        command = queries.nearest(*leg.asked, self._tuning.best_rank, within.wide, leg.made_by)
        return self._store.ask([command])[0] or ()

    def _docs(self, most: int, where: filters.Where) -> set[str]:
        """Up to `most` documents. `where` names them already: the demands of a limited search do."""
        return set(self._store.ask([queries.doc_ids(most, filters.records() & where)])[0] or ())


def _limited(query: Query, store: Store, docs: Sequence[str]) -> Within:
    """What a query may find, among these documents alone."""
    within = Within.of(query, store)
    these = filters.one_of(docs)
    return replace(within, documents=these if within.documents is None else within.documents & these)

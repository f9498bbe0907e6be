"""Legs become candidates, from Redis, and the candidates one ranked list.

There are two round trips at once: Redis looks for words while the query is still being embedded, and for
vectors after that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from semsearch.language.query_syntax import Wording
from semsearch.language.terms import words
from semsearch.query import LegName, Order, Query
from semsearch.records import Kind
from semsearch.search.interpret import Interpretation, fingerprints, wording_of
from semsearch.search.rank import CoveredDocument, Ranked, Ranking, folded, rank, words_spreads
from semsearch.search.relevance import Scales, is_clear
from semsearch.search.term_weights import TermWeights, Weighed
from semsearch.search.tuning import TUNING, Tuning
from semsearch.store import filters, queries
from semsearch.store.queries import Candidate, Match, Matches
from semsearch.store.schema import DOC
from semsearch.store.store import Store

# Searches that look for words at the same time: more than a server has threads.
_WORD_THREADS = 16

_NO_MATCHES = Matches((), 0)


@dataclass(frozen=True, slots=True)
class Within:
    """Which documents may be found, and how many.

    `needed` documents are shown or skipped on the way to the page. `whole`: every clear match is wanted, for
    facets or another order. `copies` come as documents of their own.
    """

    where: filters.Where
    needed: int
    whole: bool = False
    copies: bool = False

    @classmethod
    def of(cls, query: Query) -> Within:
        where = filters.condition(query.filters, excluding=query.like)
        whole = query.order is not Order.RELEVANCE or query.facets
        return cls(where, query.offset + query.limit, whole, query.copies)

    def depth(self, tuning: Tuning) -> int:
        """How many candidates each leg is asked for at first."""
        return tuning.depth if self.needed <= tuning.shallow_hits else tuning.deep


@dataclass(frozen=True, slots=True)
class WordMatches:
    """What the words of a query found: documents by their terms and by their names; None after a timeout."""

    weighed: Weighed
    by_terms: Matches | None
    by_name: Matches | None = _NO_MATCHES


@dataclass(frozen=True, slots=True)
class Found:
    """Ranked documents, best first; `total` of them can be reached.

    `complete`: Redis answered in full. `path_is_cut`: the server may have left out files that the path filter
    lets pass.
    """

    documents: Sequence[Ranked]
    total: int
    complete: bool
    scales: Scales
    path_is_cut: bool = False


@dataclass(frozen=True, slots=True)
class _Answers:
    """The answers of all legs at one depth. `near` has the candidates of each leg, None after a timeout.

    `allowed` are the candidates that phrases and exclusions have left.
    """

    depth: int
    words: WordMatches
    near: list[tuple[Candidate, ...] | None]
    allowed: Sequence[Sequence[Candidate]]

    def is_full(self, leg: int) -> bool:
        """Whether a leg may have more candidates."""
        return len(self.near[leg] or ()) >= self.depth

    @property
    def has_full_leg(self) -> bool:
        return any(self.is_full(leg) for leg in range(len(self.near)))


class Retriever:
    """Asks Redis for the candidates of a query. Safe to share between threads."""

    def __init__(self, store: Store, tuning: Tuning = TUNING) -> None:
        self._store = store
        self._tuning = tuning
        self._weights = TermWeights(store, tuning)
        self._threads = ThreadPoolExecutor(_WORD_THREADS, thread_name_prefix="words")

    def begin(self, query: Query) -> Future[WordMatches]:
        """Begin to look for the words of a query, in the background; `find` takes the result."""
        within = Within.of(query)
        return self._look_for(wording_of(query), within, within.depth(self._tuning))

    def find(
        self, query: Query, interpretation: Interpretation, begun: Future[WordMatches], scales: Scales
    ) -> Found:
        """The best documents of a query: as many as its page needs, or all that there are.

        Raises FingerprintError when another model filled an index, and RedisError.
        """
        if not interpretation.legs and not interpretation.wording.terms:
            return Found((), 0, True, scales, self._is_path_cut(query))
        within = Within.of(query)
        depth = within.depth(self._tuning)
        while True:
            answers = self._answers(interpretation, within, depth, begun)
            ranked = self._rank(interpretation, answers, scales)
            documents = ranked if within.copies else folded(ranked)
            next_depth = self._next_depth(interpretation, within, answers, scales, len(documents))
            if next_depth is None:
                break
            depth = next_depth
            begun = self._look_for(interpretation.wording, within, depth)
        total = self._total(interpretation, within, answers, ranked)
        complete = total is not None and self._is_complete(interpretation, within, answers)
        reached = len(ranked) if total is None else total
        copies = len(ranked) - len(documents)
        return Found(documents, reached - copies, complete, scales, self._is_path_cut(query))

    def _look_for(self, wording: Wording, within: Within, depth: int) -> Future[WordMatches]:
        return self._threads.submit(self._word_matches, wording, within, depth)

    def _word_matches(self, wording: Wording, within: Within, depth: int) -> WordMatches:
        if not wording.terms:
            return WordMatches(Weighed((), 0.0), _NO_MATCHES)
        weighed = self._weights.weigh(wording.terms)
        documents = within.where & filters.with_phrases(wording.phrases, wording.excluded)
        commands = [queries.matching(weighed.terms, depth, documents)]
        typed = words(wording.text)
        if len(typed) <= self._tuning.name_words:
            searchable = filters.searchable([Kind.TEXT, Kind.IMAGE])
            commands.append(queries.named(typed, depth, documents & searchable))
        return WordMatches(weighed, *self._store.ask(commands))

    def _answers(
        self, interpretation: Interpretation, within: Within, depth: int, begun: Future[WordMatches]
    ) -> _Answers:
        legs = interpretation.legs
        commands = [queries.nearest(leg.space, leg.field, leg.vector, depth, within.where) for leg in legs]
        near = self._store.ask(commands, fingerprints(legs))
        allowed = self._allowed(interpretation.wording, [found or () for found in near])
        return _Answers(depth, begun.result(), near, allowed)

    def _allowed(
        self, wording: Wording, near: Sequence[Sequence[Candidate]]
    ) -> Sequence[Sequence[Candidate]]:
        """The candidates whose documents have the phrases of a query, and nothing that it excludes."""
        if not wording.demands:
            return near
        docs = {candidate.doc for found in near for candidate in found}
        allowed: set[str] = set()
        if docs:
            those = filters.one_of(docs) & filters.with_phrases(wording.phrases, wording.excluded)
            allowed = set(self._store.ask([queries.doc_ids(len(docs), those)])[0] or ())
        return [[each for each in found if each.doc in allowed] for found in near]

    def _rank(self, interpretation: Interpretation, answers: _Answers, scales: Scales) -> list[Ranked]:
        rankings = [
            Ranking(leg.name, leg.kind, answers.allowed[n], more=answers.is_full(n))
            for n, leg in enumerate(interpretation.legs)
        ]
        covered = _covered(words(interpretation.wording.text), answers.words)
        return rank(rankings, covered, scales, self._tuning)

    def _next_depth(
        self, interpretation: Interpretation, within: Within, answers: _Answers, scales: Scales, found: int
    ) -> int | None:
        """How deep to look next; None where `found` documents are enough, or all there are."""
        tuning = self._tuning
        if within.whole and answers.depth < tuning.deep and self._ends_clear(interpretation, answers, scales):
            return tuning.deep
        if found >= within.needed or not answers.has_full_leg or answers.depth >= tuning.deepest:
            return None
        return answers.depth * tuning.deeper

    def _ends_clear(self, interpretation: Interpretation, answers: _Answers, scales: Scales) -> bool:
        """Whether a leg may have more clear matches: its last candidate is one."""
        found = answers.words
        by_terms = found.by_terms.best if found.by_terms else ()
        ends = []
        if len(by_terms) >= answers.depth:
            ends.append(words_spreads(by_terms[-1].score / found.weighed.most, self._tuning))
        for n, leg in enumerate(interpretation.legs):
            if answers.is_full(n):
                ends.append(scales.spreads(leg.kind, 1.0 - (answers.near[n] or ())[-1].distance))
        return any(is_clear(spreads, self._tuning) for spreads in ends)

    def _total(
        self, interpretation: Interpretation, within: Within, answers: _Answers, ranked: Sequence[Ranked]
    ) -> int | None:
        """How many documents the query can reach; None after a timeout.

        A vector reaches every document of its kind. Words reach those that match.
        """
        if answers.words.by_terms is None or answers.words.by_name is None:
            return None
        if not interpretation.legs:
            by_name_only = sum(document.legs == [LegName.NAME] for document in ranked)
            return answers.words.by_terms.total + by_name_only
        kinds = sorted({leg.kind for leg in interpretation.legs})
        wording = interpretation.wording
        demanded = filters.with_phrases(wording.phrases, wording.excluded)
        reached = self._weights.total(within.where & filters.searchable(kinds) & demanded)
        if reached is None:
            return None
        return reached + sum(document.document_kind not in kinds for document in ranked)

    def _is_complete(self, interpretation: Interpretation, within: Within, answers: _Answers) -> bool:
        """Whether each leg that gave less than it was asked for has no more to give."""
        if None in answers.near:
            return False
        for matches in (answers.words.by_terms, answers.words.by_name):
            if matches is None or len(matches.best) < min(answers.depth, matches.total):
                return False
        short = [n for n in range(len(interpretation.legs)) if not answers.is_full(n)]
        counts = [queries.count(interpretation.legs[n].space, within.where) for n in short]
        expected = self._store.ask(counts) if counts else []
        return all(
            count is not None and len(answers.near[n] or ()) >= count
            for n, count in zip(short, expected, strict=True)
        )

    def _is_path_cut(self, query: Query) -> bool:
        """Whether the path filter ends within a name that begins more paths than the server expands."""
        path = filters.path_prefix(query.filters)
        if not path or filters.is_folder(query.filters):
            return False
        counts = [
            queries.count(DOC, filters.in_folder(path)),
            queries.count(DOC, filters.with_path_prefix(path)),
        ]
        in_folder, expanded = self._store.ask(counts)
        return not in_folder and (expanded or 0) >= self._store.prefix_limit()


def _covered(typed: Sequence[str], found: WordMatches) -> dict[str, CoveredDocument]:
    """The documents that have words of the query, by their terms, by their names, or by both."""
    covered: dict[str, CoveredDocument] = {}
    for match in _best(found.by_terms):
        coverage = found.weighed.coverage(match.score)
        covered[match.doc] = CoveredDocument(match.kind, coverage, signature=match.signature)
    for match in _best(found.by_name):
        by_terms = covered.get(match.doc)
        legs = (LegName.WORDS, LegName.NAME) if by_terms else (LegName.NAME,)
        coverage = max(_coverage_of_name(match, typed), by_terms.coverage if by_terms else 0.0)
        covered[match.doc] = CoveredDocument(match.kind, coverage, legs, match.signature)
    return covered


def _best(matches: Matches | None) -> Iterable[Match]:
    return matches.best if matches else ()


def _coverage_of_name(match: Match, typed: Sequence[str]) -> float:
    """The share of a file name's words that the typed words are; a typed word may be a part of one."""
    if set(typed) <= set(match.name):
        return 1.0
    shares = [
        max((len(word) / len(whole) for whole in match.name if word in whole), default=0.0) for word in typed
    ]
    return sum(shares) / len(shares)

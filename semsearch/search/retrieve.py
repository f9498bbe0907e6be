"""Retrieve the candidates of all legs from Redis, and rank them as one list of documents.

Redis searches for the words while the model still embeds the query, and for vectors after that.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from semsearch.language.query_syntax import Wording
from semsearch.query import Filters, Query
from semsearch.records import Kind
from semsearch.search.coverage import compounds_found, covered_by_words
from semsearch.search.found import Found, Sought
from semsearch.search.interpret import Interpretation, wording_of
from semsearch.search.legs import made_for
from semsearch.search.rank import Ranked, Ranking, folded, listed, rank, words_spreads
from semsearch.search.relevance import Scales, is_clear
from semsearch.search.term_weights import TermWeights
from semsearch.search.tuning import TUNING, Tuning
from semsearch.search.within import Within, by_place, is_list
from semsearch.search.words import Demands, WordMatches, WordSearch
from semsearch.store import filters, queries
from semsearch.store.replies import Candidate
from semsearch.store.schema import DOC
from semsearch.store.store import Store

# The searches for words that can run at the same time: more than the searches that the web server runs.
_WORD_THREADS = 16


@dataclass(frozen=True, slots=True)
class Begun:
    """A search for words that runs in the background, what it is limited to, and the words."""

    within: Within
    wording: Wording
    words: Future[WordMatches]


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of Redis at one depth, which is the number of candidates that each leg was asked for.

    `near` are the candidates of each leg, or None after a timeout. `allowed` are those candidates of each leg
    that have the phrases of the query and nothing that it excludes. `best` are the nearest pictures for the
    words of the query, without its filters. `has_all_allowed` is False if Redis did not say of all candidates
    whether they are.
    """

    depth: int
    words: WordMatches
    near: list[tuple[Candidate, ...] | None]
    best: Sequence[Candidate]
    allowed: Sequence[Sequence[Candidate]]
    has_all_allowed: bool = True

    def is_full(self, leg: int) -> bool:
        """Whether leg number `leg` may have more candidates."""
        return len(self.near[leg] or ()) >= self.depth

    @property
    def has_full_leg(self) -> bool:
        """Whether a deeper search may find more documents: vectors reach them all, if there are vectors."""
        return any(map(self.is_full, range(len(self.near)))) if self.near else self.words.more


class Retriever:
    """Asks Redis for the candidates of a query. Safe to share between threads."""

    def __init__(self, store: Store, tuning: Tuning = TUNING) -> None:
        self._store = store
        self._tuning = tuning
        self._weights = TermWeights(store, tuning)
        self._words = WordSearch(store, self._weights, tuning)
        self._threads = ThreadPoolExecutor(_WORD_THREADS, thread_name_prefix="words")

    def begin(self, query: Query) -> Begun:
        """Start the search for the words of a query in the background. Pass the result to `find`."""
        examples = (*query.likes, *query.unlikes)
        asked = Within.of(query, self._store, self._store.ledger.get_many(examples) if examples else ())
        within = by_place(asked, self._store)
        wording = wording_of(query, self._weights.languages())
        return Begun(within, wording, self._look_for(wording, within, within.depth(self._tuning)))

    def find(self, query: Query, interpretation: Interpretation, begun: Begun, scales: Scales) -> Found:
        """The best documents of a query: at least as many as its page needs, if there are as many.

        Raises FingerprintError when another index was put to use meanwhile, and RedisError.
        """
        interpretation = replace(interpretation, wording=begun.wording)
        if not interpretation.legs and not interpretation.wording.terms:
            return self._lacking(query, interpretation.wording, begun)
        within = begun.within
        answers, used, ranked, documents = self._deep_enough(interpretation, begun, scales)
        total = self._total(interpretation, within, answers, ranked)
        complete = total is not None and self._is_complete(interpretation, within, answers)
        reached = len(ranked) if total is None else total
        copies = len(ranked) - len(documents)
        wording = interpretation.wording.marking(compounds_found(interpretation.wording, answers.words))
        sought = Sought(query.text, wording, answers.words.nowhere)
        path, is_cut = self._cut_path(query), answers.has_full_leg
        return Found(documents, reached - copies, complete, used, (sought,), path, is_cut)

    def matching(self, query: Query, interpretation: Interpretation, begun: Begun, scales: Scales) -> Found:
        """The documents of `find`, without asking Redis how many there are. Raises what `find` raises."""
        interpretation = replace(interpretation, wording=begun.wording)
        if not interpretation.legs and not interpretation.wording.terms:
            return self._lacking(query, interpretation.wording, begun)
        _, used, _, documents = self._deep_enough(interpretation, begun, scales)
        return Found(documents, len(documents), True, used, (Sought(query.text, begun.wording),))

    def _deep_enough(
        self, interpretation: Interpretation, begun: Begun, scales: Scales
    ) -> tuple[Answers, Scales, list[Ranked], Sequence[Ranked]]:
        """The answers of Redis at the depth that the query needs, and the scales in use.

        Then all candidates in their rank, and again with copies folded if they are to be.
        """
        within, words_found = begun.within, begun.words
        depth = within.depth(self._tuning)
        while True:
            answers = self._answers(interpretation, within, depth, words_found)
            used = self._scales(interpretation, answers, scales)
            ranked = self._rank(interpretation, answers, used)
            documents = ranked if within.copies else folded(ranked)
            next_depth = self._next_depth(interpretation, within, answers, used, len(documents))
            if next_depth is None:
                return answers, used, ranked, documents
            depth = next_depth
            words_found = self._look_for(interpretation.wording, within, depth)

    def _lacking(self, query: Query, wording: Wording, begun: Begun) -> Found:
        """The documents without what a query excludes, the newest first, if it is a list; else none."""
        within, demands = begun.within, begun.words.result().demands
        sought = (Sought(query.text, wording),)
        if not is_list(query, wording):
            return Found((), 0, True, Scales({}), sought, self._cut_path(query))
        where = within.where & filters.findable() & demands.documents
        depth = self._tuning.deepest if within.whole else within.depth(self._tuning)
        (newest,) = self._store.ask([queries.newest(depth, where)])
        found = [listed(match) for match in newest.best] if newest else []
        documents = found if within.copies else folded(found)
        total = newest.total - len(found) + len(documents) if newest else 0
        complete = newest is not None and newest.is_whole and demands.is_whole
        path, is_cut = self._cut_path(query), total > len(documents)
        return Found(documents, total, complete, Scales({}), sought, path, is_cut)

    def _look_for(self, wording: Wording, within: Within, depth: int) -> Future[WordMatches]:
        return self._threads.submit(self._words.matches, wording, within, depth)

    def _answers(
        self, interpretation: Interpretation, within: Within, depth: int, begun: Future[WordMatches]
    ) -> Answers:
        legs = interpretation.legs
        where = within.where
        commands = [queries.nearest(*leg.asked, depth, where, leg.made_by) for leg in legs]
        # Without the filters, which must not move the line: facets count what the filtered lists have.
        best = [
            queries.nearest(*leg.asked, self._tuning.best_rank, within.wide, leg.made_by)
            for leg in legs
            if leg.kind is Kind.IMAGE and not leg.by_example
        ]
        found = self._store.ask([*commands, *best], made_for(legs))
        near, pictures = found[: len(legs)], found[len(legs) :]
        found_by_words, allowed, has_all = begun.result(), [each or () for each in near], True
        if interpretation.wording.demands or within.documents is not None:
            docs = self._allowed(found_by_words.demands, allowed)
            allowed = [[each for each in found if each.doc in (docs or ())] for found in allowed]
            has_all = docs is not None
        return Answers(depth, found_by_words, near, (pictures and pictures[0]) or (), allowed, has_all)

    def _allowed(self, demands: Demands, near: Sequence[Sequence[Candidate]]) -> set[str] | None:
        """The candidates whose documents have the phrases of a query and nothing it excludes.

        Their ids; None after a timeout.
        """
        docs = {candidate.doc for found in near for candidate in found}
        if not docs:
            return set()
        where = filters.one_of(docs) & filters.records() & demands.documents
        (allowed,) = self._store.ask([queries.doc_ids(len(docs), where)])
        return None if allowed is None else set(allowed)

    def _scales(self, interpretation: Interpretation, answers: Answers, scales: Scales) -> Scales:
        """The scales, raised for a few words of which one is nowhere and in pieces to the text model.

        The best pictures draw the line for pictures.
        """
        is_name = len(interpretation.wording.terms) <= self._tuning.few_words
        if is_name and not set(answers.words.nowhere).isdisjoint(interpretation.in_pieces):
            scales = scales.raised(self._tuning.unknown_lift)
        if answers.best:
            return scales.with_line(Kind.IMAGE, 1.0 - answers.best[-1].distance, self._tuning)
        return scales

    def _rank(self, interpretation: Interpretation, answers: Answers, scales: Scales) -> list[Ranked]:
        rankings = [
            Ranking(leg.name, leg.kind, answers.allowed[n], more=answers.is_full(n))
            for n, leg in enumerate(interpretation.legs)
        ]
        covered = covered_by_words(interpretation.wording, answers.words, answers.allowed, self._tuning)
        return rank(rankings, covered, scales, self._tuning)

    def _next_depth(
        self, interpretation: Interpretation, within: Within, answers: Answers, scales: Scales, found: int
    ) -> int | None:
        """The next depth; None if the `found` documents are enough or no leg can give more."""
        tuning = self._tuning
        is_shallow = answers.depth < tuning.deep
        if within.whole and is_shallow and self._may_have_more_clear(interpretation, answers, scales):
            return tuning.deep
        if found >= within.needed or not answers.has_full_leg or answers.depth >= tuning.deepest:
            return None
        return answers.depth * tuning.deeper

    def _may_have_more_clear(self, interpretation: Interpretation, answers: Answers, scales: Scales) -> bool:
        """Whether the last candidate of a leg is a clear match, so that more of them may follow.

        Where there is no scale, all are.
        """
        found = answers.words
        by_terms = found.by_terms.best if found.by_terms else ()
        ends = []
        if by_terms and found.more and interpretation.wording.phrases:
            return True  # whatever has a phrase is a clear match
        if by_terms and found.more:
            last = by_terms[-1]
            most = found.weighed.of(last.language).most
            ends.append(words_spreads(last.score / most if most else 0.0, self._tuning))
        for n, leg in enumerate(interpretation.legs):
            if answers.is_full(n) and leg.kind not in scales.measured:
                return True
            if answers.is_full(n):
                ends.append(scales.spreads(leg.kind, 1.0 - (answers.near[n] or ())[-1].distance))
        return any(is_clear(spreads, self._tuning) for spreads in ends)

    def _total(
        self, interpretation: Interpretation, within: Within, answers: Answers, ranked: Sequence[Ranked]
    ) -> int | None:
        """The number of documents that the query can reach; None after a timeout.

        A vector reaches every document of its kind that passes the filters. Words reach documents that match.
        """
        if answers.words.by_terms is None or answers.words.by_name is None:
            return None
        if not interpretation.legs:
            reached = self._words.total(answers.words, within.where)
            by_terms = {match.doc for match in answers.words.by_terms.best}
            others = sum(document.doc not in by_terms for document in ranked)
        else:
            kinds = sorted({leg.kind for leg in interpretation.legs})
            where = within.where & filters.searchable(kinds) & answers.words.demands.documents
            if within.documents is None:
                reached = self._weights.total(where)
            else:  # the filter may be long, and such totals are kept by it
                (reached,) = self._store.ask([queries.count(DOC, where)])
            others = sum(document.document_kind not in kinds for document in ranked)
        return None if reached is None else reached + others

    def _is_complete(self, interpretation: Interpretation, within: Within, answers: Answers) -> bool:
        """Whether each leg that returned fewer candidates than it was asked for has returned all."""
        if None in answers.near or not answers.words.is_whole or not answers.has_all_allowed:
            return False
        # While vectors are due, an index holds hashes that it cannot find.
        legs = () if self._store.ledger.has_due() else range(len(interpretation.legs))
        short = [n for n in legs if not answers.is_full(n)]
        counts = [queries.count(interpretation.legs[n].space, within.where) for n in short]
        expected = zip(short, self._store.ask(counts) if counts else [], strict=True)
        return all(count is not None and len(answers.near[n] or ()) >= count for n, count in expected)

    def _cut_path(self, query: Query) -> str:
        """A path filter that ends inside a name, and that the server cannot expand to all paths; else ""."""
        begun = [path for path in query.filters.path if path.strip("/") and not path.endswith("/")]
        within = query.filters.within
        anywhere = filters.condition(Filters(within=within)) & filters.records()
        counts = [
            queries.count(DOC, where)
            for path in begun
            for where in (
                filters.condition(Filters(path=(f"{path.lstrip('/')}/",), within=within)) & filters.records(),
                filters.with_path_prefix(path.lstrip("/")) & anywhere,
            )
        ]
        found = self._store.ask(counts) if counts else []
        limit = self._store.prefix_limit() if counts else 0
        cut = (
            path
            for path, in_folder, expanded in zip(begun, found[::2], found[1::2], strict=True)
            if not in_folder and (expanded or 0) >= limit
        )
        return next(cut, "")

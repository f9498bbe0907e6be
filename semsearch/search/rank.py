"""Rank: merge the candidates of all legs into one list of documents, best first.

These are the rules. Each is one function; the benchmark or test that checks it is in brackets.

1. `Scales.spreads`: a similarity is measured in spreads above the best scores of unrelated queries. Pictures
   far below the best ones of the query stay below the threshold. (benchmarks/relevance, kinds)
2. `words_bonus`: words raise a document in the order by its coverage, which is its share of the weight of the
   query's terms. (benchmarks/fusion)
3. `words_spreads`: words alone make a clear match only if a document has nearly all of them.
   (benchmarks/relevance)
4. `words_coverage`: rare words that stand together are practically all of the words, however long the text
   is, and so is a title or a file name that is the query. (benchmarks/exact_words)
5. `_called_first`: a document whose title or file name is the query comes first. (benchmarks/exact_words)
6. `_sort_key`: clear matches come first. Within both groups, similarity and words add up.
   (benchmarks/fusion, relevance)
7. `_farthest`: a document that is not among the candidates of a leg counts as near as the farthest candidate.
   (benchmarks/fusion)
8. `never_less`: a document has at least the spreads of every document after it. (benchmarks/relevance)
9. `_merged`: texts and pictures form one list, ordered by their spreads. (benchmarks/relevance)
10. `Ranked.add`: a hit names a leg if the candidate of that leg is not below the centre of the scale, or is
   the nearest of all. (tests/integration/ingest/test_picture_words.py)
11. `folded`: copies of one text or picture become one document. (benchmarks/copies)
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from semsearch.query import LegName
from semsearch.records import Kind
from semsearch.search.copies import leaders
from semsearch.search.relevance import Scales, is_clear
from semsearch.search.tuning import TUNING, Tuning
from semsearch.stages import stage
from semsearch.store.replies import Candidate, Match

_SortKey = tuple[bool, float, float]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The candidates of one leg, nearest first. `more` is True if the index may have others.

    `kind` names the scale of the similarities: the one of the documents of this kind.
    """

    leg: LegName
    kind: Kind
    candidates: Sequence[Candidate]
    more: bool = False


@dataclass(frozen=True, slots=True)
class CoveredDocument:
    """A document with terms of the query; `coverage`, from 0 to 1, is its share of their weight.

    `part` is the number of the part of its terms that has them. `is_exact` is True if it has the words
    exactly (semsearch.search.exact) or has all phrases of the query. `is_called` is True if the query is its
    title or the name of its file.
    """

    document_kind: Kind
    coverage: float
    legs: tuple[LegName, ...] = (LegName.WORDS,)
    signature: str = ""
    part: int = 0
    is_exact: bool = False
    is_called: bool = False


@dataclass(slots=True)
class Ranked:
    """A document with the legs that found it and its candidates, nearest first in each leg.

    `similarity` is that of its best candidate, `1 - cosine distance`; None if only words found it. `kind`
    names the scale of the similarity. It differs from `document_kind` if a picture was found by a passage
    about it. `spreads` orders documents of all kinds. `part` is the number of the part of its terms that has
    the words of the query. `copies` are the documents that were folded into this one. `near` are the spreads
    of its similarity alone; `coverage` and `is_called` are those of its CoveredDocument, if it has one.
    `alternatives` are the numbers of the alternatives of the query that found it, the best first.
    """

    doc: str
    document_kind: Kind
    kind: Kind
    signature: str = ""
    legs: list[LegName] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    similarity: float | None = None
    spreads: float = -math.inf
    part: int = 0
    copies: list[Ranked] = field(default_factory=list)
    near: float | None = None
    coverage: float | None = None
    is_called: bool = False
    alternatives: tuple[int, ...] = (0,)

    def add(self, candidate: Candidate, ranking: Ranking, spreads: float) -> None:
        """Add a candidate of a leg. If it is the best so far, its score becomes that of the document."""
        self.candidates.append(candidate)
        if self._names_leg(spreads):
            if self.spreads < 0:
                self.legs = []
            if ranking.leg not in self.legs:
                self.legs.append(ranking.leg)
        if spreads > self.spreads:
            self.spreads, self.similarity, self.kind = spreads, 1.0 - candidate.distance, ranking.kind

    def _names_leg(self, spreads: float) -> bool:
        """Whether the hit names the leg of a candidate.

        A short text, such as that in a picture, is a little similar to every query. So a leg whose candidate
        is below the centre of the scale is named only if it has the nearest candidate.
        """
        return spreads >= 0 or spreads > self.spreads


@stage("rank")
def rank(
    rankings: Sequence[Ranking],
    covered: Mapping[str, CoveredDocument],
    scales: Scales,
    tuning: Tuning = TUNING,
) -> list[Ranked]:
    """Merge the rankings and the documents covered by words into one list, best first."""
    documents = _collect(rankings, covered, scales)
    farthest = _farthest(rankings, scales)
    groups: dict[tuple[bool, Kind], list[tuple[_SortKey, Ranked]]] = {}
    for document in documents:
        near = farthest.get(document.kind, -math.inf) if document.similarity is None else document.spreads
        words = covered.get(document.doc)
        coverage = words_coverage(words, tuning) if words else 0.0
        document.near = document.spreads if document.similarity is not None else None
        document.coverage = coverage if words else None
        document.spreads = max(near, words_spreads(coverage, tuning) if words else -math.inf)
        document.is_called = is_called = words is not None and words.is_called
        # Several files may have the name. The words of folders in the query tell which is meant.
        telling = words.coverage if words and is_called else coverage
        key = _sort_key(document.spreads, near, telling, tuning)
        groups.setdefault((is_called, document.kind), []).append((key, document))
    return _called_first(groups)


def words_coverage(words: CoveredDocument, tuning: Tuning = TUNING) -> float:
    """The coverage of a document, at least `exact_coverage` if it has the words exactly."""
    if words.is_called:
        return 1.0
    if not words.is_exact:
        return words.coverage
    return tuning.exact_coverage + (1 - tuning.exact_coverage) * words.coverage


def words_bonus(coverage: float, tuning: Tuning = TUNING) -> float:
    """The spreads that words add to a document in the order."""
    return tuning.words_weight * math.pow(coverage, tuning.words_power)


def words_spreads(coverage: float, tuning: Tuning = TUNING) -> float:
    """The spreads of a document by its words alone."""
    return tuning.clear_spreads + tuning.coverage_spreads * (coverage - tuning.clear_coverage)


def listed(match: Match) -> Ranked:
    """A document of a list that no leg orders: it has no score, and is where it belongs."""
    return Ranked(match.doc, match.kind, match.kind, match.signature, spreads=math.inf)


def never_less(best_first: list[Ranked]) -> list[Ranked]:
    """Raise the spreads of each document to those of the one after it."""
    highest = -math.inf
    for document in reversed(best_first):
        document.spreads = highest = max(highest, document.spreads)
    return best_first


def folded(found: Sequence[Ranked]) -> list[Ranked]:
    """Fold copies: the best of them stays in the list, and has the others as its `copies`."""
    kept = []
    for document, leader in zip(found, leaders([each.signature for each in found]), strict=True):
        if found[leader] is document:
            kept.append(document)
        else:
            found[leader].copies.append(document)
    return kept


def _collect(
    rankings: Sequence[Ranking], covered: Mapping[str, CoveredDocument], scales: Scales
) -> list[Ranked]:
    """All documents found, each with its candidates and its best score."""
    found: dict[str, Ranked] = {}
    for ranking in rankings:
        for candidate in ranking.candidates:
            document = found.get(candidate.doc)
            if document is None:
                document = Ranked(candidate.doc, candidate.kind, ranking.kind, candidate.signature)
                found[candidate.doc] = document
            document.add(candidate, ranking, scales.spreads(ranking.kind, 1.0 - candidate.distance))
    for doc, words in covered.items():
        if doc not in found:
            # A document of which only the name is searched is measured as a text.
            kind = Kind.TEXT if words.document_kind is Kind.OTHER else words.document_kind
            found[doc] = Ranked(doc, words.document_kind, kind, words.signature)
        found[doc].legs.extend(words.legs)
        found[doc].part = words.part
    return list(found.values())


def _farthest(rankings: Sequence[Ranking], scales: Scales) -> dict[Kind, float]:
    """The spreads of the farthest candidate, by kind, for each leg that may have more candidates."""
    return {
        ranking.kind: scales.spreads(ranking.kind, 1.0 - ranking.candidates[-1].distance)
        for ranking in rankings
        if ranking.more and ranking.candidates
    }


def _sort_key(spreads: float, near: float, coverage: float, tuning: Tuning) -> _SortKey:
    """The sort key of documents of one kind, the best last. `near` is the similarity in spreads.

    Similarities below the centre of the scale carry no information, so they all count as 0.
    """
    clear = bool(tuning.clear_first) and is_clear(spreads, tuning)
    return clear, max(near, 0.0) + words_bonus(coverage, tuning), near


def _called_first(groups: Mapping[tuple[bool, Kind], list[tuple[_SortKey, Ranked]]]) -> list[Ranked]:
    """Merge the groups into one list, best first: those of documents that are called so, then the others."""
    best_first = [
        document
        for wanted in (True, False)
        for document in _merged([_sorted(group) for (called, _), group in groups.items() if called is wanted])
    ]
    return never_less(best_first)


def _sorted(group: list[tuple[_SortKey, Ranked]]) -> list[Ranked]:
    """The documents of a group, best first."""
    return never_less([document for _, document in reversed(sorted(group, key=lambda each: each[0]))])


def _merged(groups: Sequence[Sequence[Ranked]]) -> list[Ranked]:
    """Merge groups that are sorted best first into one list, best first."""
    # The sort is stable: documents with equal spreads keep the order of their group.
    return sorted((each for group in groups for each in group), key=lambda document: -document.spreads)

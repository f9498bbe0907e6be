"""The candidates of all legs become one list of documents, best first.

The rules, each in a function of its own, and the benchmark that holds it:

1. `Scales.spreads`: a similarity counts in spreads above what unrelated queries find. (benchmarks/relevance)
2. `words_bonus`: words add to the order by their coverage, which is the share of the query's weight in words
   that a document has. (benchmarks/fusion)
3. `words_spreads`: words make a match only where nearly all of them are there. (benchmarks/relevance)
4. `_sort_key`: clear matches come first; then similarity and words add up. (benchmarks/fusion, relevance)
5. `_farthest`: a document that a leg did not reach counts as far away as the farthest candidate that it did
   reach. (benchmarks/fusion)
6. `_never_less`: a document is as relevant as any document that comes after it. (benchmarks/relevance)
7. `_merged`: texts and pictures come in one list by their spreads. (benchmarks/relevance)
8. `Ranked.add`: a leg is named as a reason where its candidate is no farther than the best that unrelated
   queries find, or where no leg has a nearer one. (tests/integration/ingest/test_picture_words.py)
9. `folded`: copies of one text or picture are one document. (benchmarks/copies)
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
from semsearch.store.queries import Candidate


@dataclass(frozen=True, slots=True)
class Ranking:
    """The candidates of one leg near to its vector, nearest first; `more` where it may have others.

    `kind` is the kind of documents whose scale the similarities are on.
    """

    leg: LegName
    kind: Kind
    candidates: Sequence[Candidate]
    more: bool = False


@dataclass(frozen=True, slots=True)
class CoveredDocument:
    """A document with words of the query; `coverage`, from 0 to 1, is its share of their weight."""

    document_kind: Kind
    coverage: float
    legs: tuple[LegName, ...] = (LegName.WORDS,)
    signature: str = ""


@dataclass(slots=True)
class Ranked:
    """A document with the legs that found it and its candidates, nearest first in each leg.

    `similarity` is that of its best candidate, `1 - cosine distance`; None when only words found it. `kind`
    is the kind of documents whose scale the similarity is on: a picture may be found by the text in it.
    `spreads` orders documents of all kinds. `copies` are the documents that this one stands for.
    """

    doc: str
    document_kind: Kind
    kind: Kind
    signature: str = ""
    legs: list[LegName] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    similarity: float | None = None
    spreads: float = -math.inf
    copies: list[Ranked] = field(default_factory=list)

    def add(self, candidate: Candidate, ranking: Ranking, spreads: float) -> None:
        """Add a candidate of a leg, and take over its score where it is the best so far."""
        self.candidates.append(candidate)
        if self._names(spreads):
            kept = self.legs if self.spreads >= 0 else []
            self.legs = [*kept, *([] if ranking.leg in kept else [ranking.leg])]
        if spreads > self.spreads:
            self.spreads, self.similarity, self.kind = spreads, 1.0 - candidate.distance, ranking.kind

    def _names(self, spreads: float) -> bool:
        """Whether a candidate is near enough for its leg to be named, or is the nearest so far.

        The little text in a picture is somewhat near to any query, so a leg below the scale's centre is
        named only where no leg is above it.
        """
        return spreads >= 0 or spreads > self.spreads


def rank(
    rankings: Sequence[Ranking],
    covered: Mapping[str, CoveredDocument],
    scales: Scales,
    tuning: Tuning = TUNING,
) -> list[Ranked]:
    """One list of documents, best first, out of the rankings and the documents covered by words."""
    documents = _collect(rankings, covered, scales)
    farthest = _farthest(rankings, scales)
    groups: dict[Kind, list[tuple[tuple[bool, float, float], Ranked]]] = {}
    for document in documents:
        near = farthest.get(document.kind, -math.inf) if document.similarity is None else document.spreads
        words = covered.get(document.doc)
        document.spreads = max(near, words_spreads(words.coverage, tuning) if words else -math.inf)
        key = _sort_key(document.spreads, near, words.coverage if words else 0.0, tuning)
        groups.setdefault(document.kind, []).append((key, document))
    return _merged([_never_less(group) for group in groups.values()])


def words_bonus(coverage: float, tuning: Tuning = TUNING) -> float:
    """The spreads that words add to the order."""
    return tuning.words_weight * math.pow(coverage, tuning.words_power)


def words_spreads(coverage: float, tuning: Tuning = TUNING) -> float:
    """How far a document stands out by its words alone, in spreads."""
    return tuning.clear_spreads + tuning.coverage_spreads * (coverage - tuning.clear_coverage)


def folded(found: Sequence[Ranked]) -> list[Ranked]:
    """One document for all copies of it: the best of them stands for the others."""
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
    """Every document found, with its candidates and its best score."""
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
            found[doc] = Ranked(doc, words.document_kind, words.document_kind, words.signature)
        found[doc].legs.extend(words.legs)
    return list(found.values())


def _farthest(rankings: Sequence[Ranking], scales: Scales) -> dict[Kind, float]:
    """The spreads of the farthest candidate of each leg that may have more."""
    return {
        ranking.kind: scales.spreads(ranking.kind, 1.0 - ranking.candidates[-1].distance)
        for ranking in rankings
        if ranking.more and ranking.candidates
    }


def _sort_key(spreads: float, near: float, coverage: float, tuning: Tuning) -> tuple[bool, float, float]:
    """What documents of one kind are sorted by, the best last; `near` is the similarity in spreads.

    A similarity below the scale's centre says nothing, so it takes nothing from the words.
    """
    clear = bool(tuning.clear_first) and is_clear(spreads, tuning)
    return clear, max(near, 0.0) + words_bonus(coverage, tuning), near


def _never_less(group: list[tuple[tuple[bool, float, float], Ranked]]) -> list[Ranked]:
    """The documents of a kind, worst first; each has at least the spreads of those before it."""
    ordered = [document for _, document in sorted(group, key=lambda each: each[0])]
    highest = -math.inf
    for document in ordered:
        document.spreads = highest = max(highest, document.spreads)
    return ordered


def _merged(groups: Sequence[Sequence[Ranked]]) -> list[Ranked]:
    """One list, best first, of groups that are sorted worst first."""
    worst_first = [document for group in groups for document in group]
    # Sorting keeps the order of documents with equal spreads.
    return sorted(reversed(worst_first), key=lambda document: -document.spreads)

"""What the legs found becomes one list of documents, best first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from semsearch.relevance import Calibration, by_words, lift
from semsearch.store.queries import Candidate
from semsearch.types import Kind

_UNKNOWN = Calibration()


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a leg found near to a vector, nearest first; `more` when there may be others farther away."""

    leg: str
    kind: Kind
    candidates: Sequence[Candidate]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Worded:
    """A document that has words of the query: what part of their weight, and the legs that say so."""

    kind: Kind
    coverage: float
    legs: tuple[str, ...] = ("words",)


@dataclass(slots=True)
class Fused:
    """A document, the legs that found it, its nearest pieces first.

    `standing` orders documents of all kinds: how far it stands out from what chance finds, in spreads.
    """

    doc: str
    kind: Kind
    legs: list[str] = field(default_factory=list)
    pieces: list[Candidate] = field(default_factory=list)
    standing: float = 0.0

    @property
    def similarity(self) -> float | None:
        """`similarity = 1 - cosine distance` of the nearest piece: the only conversion there is."""
        return 1.0 - self.pieces[0].distance if self.pieces else None


def fuse(
    rankings: Sequence[Ranking], worded: Mapping[str, Worded], calibrations: Mapping[Kind, Calibration]
) -> list[Fused]:
    """One list of documents, best first.

    Among documents of one kind, similarity and words add up to the order. Chance finds words as well, so they
    do not make a document stand out, unless practically all of them are there: it stands out as far as its
    similarity does, or as that of any document that it comes before.
    """
    found: dict[str, Fused] = {}
    farthest: dict[Kind, float] = {}
    for ranking in rankings:
        for candidate in ranking.candidates:
            hit = found.setdefault(candidate.doc, Fused(candidate.doc, ranking.kind, [ranking.leg]))
            hit.pieces.append(candidate)
        if ranking.more and ranking.candidates:
            farthest[ranking.kind] = 1.0 - ranking.candidates[-1].distance
    for doc, words in worded.items():
        found.setdefault(doc, Fused(doc, words.kind)).legs.extend(words.legs)
    orders: dict[Kind, list[tuple[tuple[float, float], Fused]]] = {}
    for doc, hit in found.items():
        similarity = hit.similarity
        if similarity is None:
            similarity = farthest.get(hit.kind)
        scale = calibrations.get(hit.kind, _UNKNOWN).similarity
        near = -math.inf if similarity is None else scale.standard(similarity)
        coverage = worded[doc].coverage if doc in worded else 0.0
        hit.standing = max(near, by_words(coverage) if doc in worded else -math.inf)
        # What is less similar than chance finds is not the less of an answer for it.
        orders.setdefault(hit.kind, []).append(((max(near, 0.0) + lift(coverage), near), hit))
    fused: list[Fused] = []
    for order in orders.values():
        highest = -math.inf
        for _, hit in sorted(order, key=lambda each: each[0]):
            hit.standing = highest = max(highest, hit.standing)
            fused.append(hit)
    # Sorting keeps the order of those that stand out equally.
    return sorted(reversed(fused), key=lambda hit: -hit.standing)

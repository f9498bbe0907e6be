"""What the legs found becomes one list of documents, best first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from semsearch.records import Kind
from semsearch.search.copies import leaders
from semsearch.search.relevance import Calibration, by_words, is_clear, lift
from semsearch.store.queries import Candidate

_UNKNOWN = Calibration()


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a leg found near to a vector, nearest first; `more` when there may be others farther away.

    `scale` is the kind of documents whose scale its similarities are on.
    """

    leg: str
    scale: Kind
    candidates: Sequence[Candidate]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Worded:
    """A document that has words of the query: what part of their weight, and the legs that say so."""

    kind: Kind
    coverage: float
    legs: tuple[str, ...] = ("words",)
    signature: str = ""


@dataclass(slots=True)
class Fused:
    """A document, the legs that found it, its pieces, the nearest first in each leg.

    `similarity = 1 - cosine distance`, the only conversion there is, of the piece that stands out most, and
    `scale` the kind of documents whose scale it is on: a picture may be found by what is written in it.
    `standing` orders documents of all kinds: how far it stands out from what chance finds, in spreads.
    `copies` are those of the documents found that this one stands for.
    """

    doc: str
    kind: Kind
    scale: Kind
    signature: str = ""
    legs: list[str] = field(default_factory=list)
    pieces: list[Candidate] = field(default_factory=list)
    similarity: float | None = None
    standing: float = -math.inf
    copies: list[Fused] = field(default_factory=list)


def fuse(
    rankings: Sequence[Ranking], worded: Mapping[str, Worded], calibrations: Mapping[Kind, Calibration]
) -> list[Fused]:
    """One list of documents, best first.

    Chance finds words as well, so they do not make a document stand out, unless practically all of them are
    there. Those that clearly do come first. Among these on one scale, and among the others, similarity and
    words add up to the order, and each stands out as far as any that it comes before.
    """
    found: dict[str, Fused] = {}
    farthest: dict[Kind, float] = {}
    for ranking in rankings:
        scale = calibrations.get(ranking.scale, _UNKNOWN).similarity
        for candidate in ranking.candidates:
            hit = found.get(candidate.doc)
            if hit is None:
                hit = Fused(candidate.doc, candidate.kind, ranking.scale, candidate.signature)
                found[candidate.doc] = hit
            _add(hit, candidate, ranking, scale.standard(1.0 - candidate.distance))
        if ranking.more and ranking.candidates:
            farthest[ranking.scale] = scale.standard(1.0 - ranking.candidates[-1].distance)
    for doc, words in worded.items():
        found.setdefault(doc, Fused(doc, words.kind, words.kind, words.signature)).legs.extend(words.legs)
    orders: dict[Kind, list[tuple[tuple[bool, float, float], Fused]]] = {}
    for doc, hit in found.items():
        near = farthest.get(hit.scale, -math.inf) if hit.similarity is None else hit.standing
        coverage = worded[doc].coverage if doc in worded else 0.0
        hit.standing = max(near, by_words(coverage) if doc in worded else -math.inf)
        # What is less similar than chance finds is not the less of an answer for it.
        both = max(near, 0.0) + lift(coverage)
        orders.setdefault(hit.scale, []).append(((is_clear(hit.standing), both, near), hit))
    fused: list[Fused] = []
    for order in orders.values():
        highest = -math.inf
        for _, hit in sorted(order, key=lambda each: each[0]):
            hit.standing = highest = max(highest, hit.standing)
            fused.append(hit)
    # Sorting keeps the order of those that stand out equally.
    return sorted(reversed(fused), key=lambda hit: -hit.standing)


def folded(found: Sequence[Fused]) -> list[Fused]:
    """One hit for documents that are copies of each other: the best stands for them."""
    kept = []
    for hit, leader in zip(found, leaders([hit.signature for hit in found]), strict=True):
        if found[leader] is hit:
            kept.append(hit)
        else:
            found[leader].copies.append(hit)
    return kept


def _add(hit: Fused, candidate: Candidate, ranking: Ranking, standing: float) -> None:
    hit.pieces.append(candidate)
    # What little is written in a picture is somehow near to any question: that found it only where it is as
    # near as the best that chance finds, or nothing is.
    if max(standing, hit.standing) < 0:
        hit.legs = [ranking.leg] if standing > hit.standing else hit.legs
    elif standing >= 0 and ranking.leg not in hit.legs:
        hit.legs = [*(hit.legs if hit.standing >= 0 else ()), ranking.leg]
    if standing > hit.standing:
        hit.standing, hit.similarity, hit.scale = standing, 1.0 - candidate.distance, ranking.scale

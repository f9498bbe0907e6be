"""Several rankings become one list of documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from semsearch.store.queries import Candidate

# Reciprocal rank fusion, with the constant of Cormack, Clarke and Buettcher (SIGIR 2009). Ranks, unlike
# similarities, can be compared between legs whose vectors come from different models.
_K = 60


@dataclass(frozen=True, slots=True)
class Ranking:
    """What one leg found, best first. Unranked: all its candidates match equally well."""

    leg: str
    candidates: tuple[Candidate, ...]
    ranked: bool = True


@dataclass(frozen=True, slots=True)
class Fused:
    """A document, the legs that found it, its similarity to the query, and its nearest pieces first."""

    doc: str
    legs: tuple[str, ...]
    similarity: float | None
    pieces: tuple[Candidate, ...]
    score: float


def fuse(rankings: Sequence[Ranking]) -> list[Fused]:
    """One list of documents, best first. A single ranking keeps its order."""
    scores: dict[str, float] = {}
    legs: dict[str, list[str]] = {}
    pieces: dict[str, list[Candidate]] = {}
    for ranking in rankings:
        rank = 0
        for candidate in ranking.candidates:
            found_by = legs.setdefault(candidate.doc, [])
            if ranking.leg not in found_by:
                found_by.append(ranking.leg)
                rank += ranking.ranked or not rank
                scores[candidate.doc] = scores.get(candidate.doc, 0.0) + 1 / (_K + rank)
            if candidate.distance is not None:
                pieces.setdefault(candidate.doc, []).append(candidate)
    fused = [
        Fused(doc, tuple(legs[doc]), _similarity(near), tuple(near), score)
        for doc, score in scores.items()
        for near in [sorted(pieces.get(doc, []), key=lambda piece: (piece.distance, piece.n))]
    ]
    # The best text and the best picture have equal scores: the more similar of them comes first. Where
    # their vectors are of different models, that is as good an order as any.
    return sorted(fused, key=lambda hit: (-hit.score, -(hit.similarity or 0.0)))


def _similarity(pieces: Sequence[Candidate]) -> float | None:
    """`similarity = 1 - cosine distance` of the nearest piece: the only conversion there is."""
    if not pieces or pieces[0].distance is None:
        return None
    return 1.0 - pieces[0].distance

"""What the legs found becomes one list of documents, best first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from semsearch.relevance import Calibration, of_words
from semsearch.store.queries import Candidate
from semsearch.types import Kind


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
    rankings: Sequence[Ranking],
    worded: Mapping[str, Worded],
    calibrations: Mapping[Kind, Calibration],
    *,
    with_words: bool,
) -> list[Fused]:
    """One list of documents, best first.

    Similarity and words add up, each in spreads of what chance gives. `with_words` says whether words were
    looked for at all: standing out is harder then, for chance finds words too.
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
    for doc, hit in found.items():
        calibration = calibrations.get(hit.kind, Calibration())
        similarity = farthest.get(hit.kind) if hit.similarity is None else hit.similarity
        evidence = 0.0 if similarity is None else calibration.similarity.standard(similarity)
        if with_words:
            evidence += of_words(worded[doc].coverage) if doc in worded else 0.0
            evidence = calibration.evidence.standard(evidence)
        hit.standing = evidence
    return sorted(found.values(), key=lambda hit: -hit.standing)

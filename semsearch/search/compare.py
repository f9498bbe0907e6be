"""Compare two generations of a space: do they find the same?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import mean

from semsearch.models.loaded import Models
from semsearch.records import Kind, Vector
from semsearch.search.calibrate import near_probes, probes
from semsearch.search.relevance import fit_scale, is_clear
from semsearch.store import filters, queries
from semsearch.store.generation import Generation
from semsearch.store.replies import Candidate
from semsearch.store.schema import IMAGE, VECTOR, VISUAL
from semsearch.store.store import Store

# The pieces that are compared, and the documents whose vectors look for them.
_FIRST = 10
_SAMPLE = 100
# The searches in one round trip: others wait until Redis has answered them.
_AT_ONCE = 4


def share_of_neighbours(store: Store, space: str, one: Generation, other: Generation) -> float | None:
    """The share of the 10 nearest pieces of `one` that `other` finds too.

    They are the neighbours of vectors of the library itself. Both generations have vectors of one model. None
    if there are no vectors. Raises RedisError.
    """
    kind, field = (Kind.IMAGE, VISUAL) if space == IMAGE else (Kind.TEXT, VECTOR)
    sample = store.ledger.vectors_of_all(store.sample(kind, _SAMPLE), field, one.layout)
    vectors = [found[0] for found in sample if found]
    shares = [
        _share(first, second)
        for first, second in zip(
            _neighbours(store, space, field, vectors, one),
            _neighbours(store, space, field, vectors, other),
            strict=True,
        )
    ]
    return mean(shares) if shares else None


def in_words(
    store: Store, space: str, before: tuple[Models, Generation], after: tuple[Models, Generation]
) -> str:
    """What the probes find with two models, in a sentence; "" if there is nothing to compare.

    Raises ModelError, RedisError.
    """
    kind = Kind.IMAGE if space == IMAGE else Kind.TEXT
    found = [
        near_probes(store, models, _FIRST, {space: generation}).get(kind, [])
        for models, generation in (before, after)
    ]
    if not all(found):
        return ""
    by_text = [dict(zip(probes(), (near for _, near in each), strict=False)) for each in found]
    same = mean(_share(by_text[0][probe], by_text[1][probe]) for probe in by_text[0].keys() & by_text[1])
    clear = [_clear([1.0 - near[0].distance for _, near in each]) for each in found]
    return (
        f"of the first {_FIRST} pieces that {len(found[0])} general queries find, {same:.0%} are the same; "
        f"{clear[0]} of these queries had a clear match before, and {clear[1]} have one now"
    )


def _neighbours(
    store: Store, space: str, field: str, vectors: Sequence[Vector], generation: Generation
) -> Iterator[Sequence[Candidate]]:
    index, everything = generation.index_name(space), filters.everything()
    for start in range(0, len(vectors), _AT_ONCE):
        yield from (
            found or ()
            for found in store.ask(
                [
                    queries.nearest(space, field, vector, _FIRST, everything, generation, index=index)
                    for vector in vectors[start : start + _AT_ONCE]
                ]
            )
        )


def _share(one: Sequence[Candidate], other: Sequence[Candidate]) -> float:
    first, second = ({(each.doc, each.n) for each in found} for found in (one, other))
    return len(first & second) / max(1, len(first))


def _clear(scores: Sequence[float]) -> int:
    scale = fit_scale(scores)
    return sum(is_clear(scale.spreads(score)) for score in scores)

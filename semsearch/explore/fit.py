"""A map as it was fitted: what is needed to place further documents on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from semsearch.explore.neighbours import nearest_of
from semsearch.explore.packed import Arrays, pack, unpack
from semsearch.explore.projection import Basis, project
from semsearch.models.vectors import unit
from semsearch.records import Kind, Vector, Vectors

# A new document lies among the places of this many nearest ones, and nearer to the very nearest: the weight
# falls with this power of the distance. Of places that are apart on the map, those this near to each other
# count: their mean with others would be in empty land.
_NEAREST, _STEEPNESS, _REACH = 10, 4, 0.03


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """The documents of a fit: their reduced vectors (documents, dims), and their places (documents, 2).

    `middles` are the mean vectors of the kinds on a map that has both; what all of a kind have in common, by
    which its model tells a picture from a text, is no subject. It is empty on a map of one kind.
    """

    docs: tuple[str, ...]
    reduced: Vectors
    places: Vectors
    basis: Basis
    middles: Mapping[Kind, Vector]

    @classmethod
    def of(
        cls,
        docs: Mapping[Kind, Sequence[str]],
        vectors: Mapping[Kind, Vectors],
        former: Mapping[str, tuple[float, float]],
    ) -> Fit:
        """Fit a map of one kind or of two. `former` are the places of before, by document."""
        # The further dimensions of some vectors of pictures (semsearch.models.bank) say nothing of a subject.
        dims = min(each.shape[1] for each in vectors.values())
        vectors = {kind: each[:, :dims] for kind, each in vectors.items()}
        middles = {kind: each.mean(axis=0) for kind, each in vectors.items()} if len(vectors) > 1 else {}
        level = np.concatenate([_levelled(each, middles.get(kind)) for kind, each in vectors.items()])
        basis = Basis.of(level)
        reduced = basis(level)
        del level
        names = tuple(doc for each in docs.values() for doc in each)
        before = np.full((len(names), 2), np.nan, np.float32)
        for row, doc in enumerate(names):
            if doc in former:
                before[row] = former[doc]
        return cls(names, reduced, project(reduced, before if former else None), basis, middles)

    def place(self, kind: Kind, vectors: Vectors) -> Vectors:
        """The places (n, 2) of further documents of a kind, from their vectors (n, dims)."""
        level = _levelled(vectors[:, : len(self.basis.mean)], self.middles.get(kind))
        reduced = self.basis(level)
        near = nearest_of(reduced, self.reduced, _NEAREST)
        return _among(self.places[near.rows], near.distances)

    def packed(self) -> bytes:
        """The fit as bytes: some 125 for each document."""
        arrays: dict[str, Any] = {
            "docs": np.array(self.docs, "S16"),
            "reduced": self.reduced.astype(np.float16),
            "places": self.places.astype(np.float32),
            "mean": self.basis.mean,
            "directions": self.basis.directions,
            **{f"middle_{kind}": middle for kind, middle in self.middles.items()},
        }
        return pack({}, arrays)

    @classmethod
    def unpacked(cls, kept: bytes | None) -> Fit | None:
        """The fit in such bytes; None if they cannot be read."""

        def made(_: object, found: Arrays) -> Fit:
            return cls(
                tuple(doc.decode() for doc in found["docs"].tolist()),
                found["reduced"].astype(np.float32),
                found["places"],
                Basis(found["mean"], found["directions"]),
                {kind: found[name] for kind in Kind if (name := f"middle_{kind}") in found},
            )

        return unpack(kept, made)


def _among(places: Vectors, far: Vectors) -> Vectors:
    """The weighted mean (n, 2) of those of the places (n, k, 2) that lie together, by their distances (n, k).

    They lie around the place to which the others have the shortest way.
    """
    weights = ((far.min(axis=1, keepdims=True) + 1e-6) / (far + 1e-6)) ** _STEEPNESS
    apart = np.linalg.norm(places[:, :, None] - places[:, None], axis=3)
    middle = (np.sqrt(apart + 1e-4) * weights[:, None]).sum(axis=2).argmin(axis=1)
    away = np.linalg.norm(places - places[np.arange(len(places)), middle][:, None], axis=2)
    weights = weights * np.exp(-np.square(away / _REACH))
    mean: Vectors = (places * weights[:, :, None]).sum(axis=1) / weights.sum(axis=1, keepdims=True)
    return mean


def _levelled(vectors: Vectors, middle: Vector | None) -> Vectors:
    return vectors if middle is None else unit(vectors - middle)

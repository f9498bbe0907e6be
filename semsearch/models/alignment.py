"""Alignments: linear maps from the space of one text model into that of another.

A picture model places pictures in the space of one text model. With an alignment, the queries of another text
model find them too, and only one text model is loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from semsearch.errors import ModelError
from semsearch.models.protocol import TextEmbedder
from semsearch.models.vectors import unit
from semsearch.records import Vector, Vectors

# The alignments that semsearch brings. Each .npz file has the fields of an Alignment, and the ids of the text
# models that it leads from and to.
SHIPPED = Path(__file__).parent / "alignments"


@dataclass(frozen=True, slots=True)
class Alignment:
    """A linear map of query vectors: `weight` has the shape (dims, dims of the other model).

    `bias` has the shape (dims of the other model,).
    """

    weight: Vectors
    bias: Vector

    def __call__(self, vectors: Vectors) -> Vectors:
        """Unit rows of shape (n, dims of the other model) for the unit rows of queries."""
        return unit(vectors @ self.weight + self.bias)


@dataclass(frozen=True, slots=True)
class AlignedText:
    """A text model that embeds queries in `space`, the id of a text model.

    `alignment` leads there; it is None if the space is the model's own.
    """

    space: str
    model: TextEmbedder
    alignment: Alignment | None

    @classmethod
    def towards(cls, space: str, model: TextEmbedder) -> AlignedText:
        """Embed in `space` if an alignment leads there, else in the space of the model itself."""
        alignment = alignment_between(model.id, space)
        return cls(model.id if alignment is None else space, model, alignment)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed queries as unit rows of shape (n, dims of the space). Raises ModelError."""
        vectors = self.model.embed(texts, query=True)
        return vectors if self.alignment is None else self.alignment(vectors)


@lru_cache
def alignment_between(text_model: str, space: str) -> Alignment | None:
    """The alignment that semsearch brings from one text model to another, given by their ids, or None.

    Raises ModelError when its file is damaged.
    """
    for path in sorted(SHIPPED.glob("*.npz")):
        try:
            with np.load(path, allow_pickle=False) as kept:
                if (str(kept["text_model"]), str(kept["space"])) == (text_model, space):
                    return Alignment(kept["weight"].astype(np.float32), kept["bias"].astype(np.float32))
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(f"The alignment in {path} is damaged: {error}") from error
    return None


def save_alignment(alignment: Alignment, path: Path, text_model: str, space: str) -> None:
    """Write an alignment between two text models, given by their ids. Half precision is enough."""
    np.savez(
        path,
        weight=alignment.weight.astype(np.float16),
        bias=alignment.bias.astype(np.float16),
        text_model=np.array(text_model),
        space=np.array(space),
    )

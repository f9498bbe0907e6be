"""Heads: linear maps from a network's features into a text model's space."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from semsearch.errors import ModelError
from semsearch.models.vectors import unit
from semsearch.records import Vector, Vectors

# The heads that semsearch brings. Each .npz file has the fields of a Head, and the two ids it was made for.
SHIPPED = Path(__file__).parent / "heads"


@dataclass(frozen=True, slots=True)
class Head:
    """A linear map: `weight` has the shape (features, dims of the text model), `bias` (dims,).

    `base_share`, from 0 to 1, is the share of the network's own `semantic` vectors in the result; it is 0
    when the network has none.
    """

    weight: Vectors
    bias: Vector
    base_share: float = 0.0

    def __call__(self, features: Vectors, base: Vectors | None) -> Vectors:
        """Semantic vectors (n, dims), not normalised. `base` are the network's own, as unit rows."""
        return mixed(base, unit(features @ self.weight + self.bias), self.base_share)


def mixed(base: Vectors | None, mapped: Vectors, base_share: float) -> Vectors:
    """The weighted mean of the network's own vectors and the mapped ones, both as unit rows."""
    return mapped if base is None else base_share * base + (1 - base_share) * mapped


def shipped_head(weights: str, text_model: str) -> Path | None:
    """The file of the head for a network and a text model, given by their ids; None without one."""
    for path in sorted(SHIPPED.glob("*.npz")):
        with np.load(path, allow_pickle=False) as kept:
            if (str(kept["weights"]), str(kept["text_model"])) == (weights, text_model):
                return path
    return None


def load_head(path: Path) -> Head:
    """Read a head. Raises ModelError when the file is damaged."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            weight, bias = kept["weight"].astype(np.float32), kept["bias"].astype(np.float32)
            return Head(weight, bias, float(kept["base_share"]))
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"The head in {path} is damaged: {error}") from error


def save_head(head: Head, path: Path, weights: str, text_model: str) -> None:
    """Write a head for a network and a text model, given by their ids. Half precision is enough."""
    np.savez(
        path,
        weight=head.weight.astype(np.float16),
        bias=head.bias.astype(np.float16),
        base_share=np.float32(head.base_share),
        weights=np.array(weights),
        text_model=np.array(text_model),
    )

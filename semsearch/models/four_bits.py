"""A matrix of weights at four bits, as llama.cpp's Q4_0 stores it and as onnxruntime multiplies with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from semsearch.records import Vectors

# The weights in a block.
BLOCK = 32

# Byte j of `halves` holds the weights j and j + 16 in its lower and upper half, as (weight / scale) + 8.
BLOCKS = np.dtype([("scale", "<f2"), ("halves", "u1", BLOCK // 2)])


@dataclass(frozen=True, slots=True)
class FourBits:
    """A matrix of shape (rows, columns). `blocks`, of shape (rows, columns / 32), have the type BLOCKS."""

    blocks: npt.NDArray[np.void]

    @property
    def shape(self) -> tuple[int, int]:
        rows, blocks = self.blocks.shape
        return rows, blocks * BLOCK

    def rows(self, numbers: npt.NDArray[np.int64]) -> Vectors:
        """These rows as float32, with one more axis than `numbers`."""
        blocks = self.blocks[numbers]
        weights = _apart(blocks["halves"]).astype(np.float32) - 8
        weights *= blocks["scale"].astype(np.float32)[..., None]
        return weights.reshape(*numbers.shape, -1)

    def in_pairs(self) -> npt.NDArray[np.uint8]:
        """The weights as onnxruntime reads them: byte j of a block holds the weights 2j and 2j + 1."""
        weights = _apart(self.blocks["halves"])
        return np.bitwise_or(weights[..., 0::2], np.left_shift(weights[..., 1::2], 4), dtype=np.uint8)

    def scales(self) -> npt.NDArray[np.float32]:
        """The scales of the blocks."""
        return self.blocks["scale"].astype(np.float32)


def stacked(matrices: Sequence[FourBits]) -> FourBits:
    """The rows of all these matrices."""
    return FourBits(np.vstack([matrix.blocks for matrix in matrices]))


def _apart(halves: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    return np.concatenate([halves & 15, halves >> 4], axis=-1)

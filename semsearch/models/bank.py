"""Banks: what else a picture could be, by which its similarity to a query is corrected.

The vector of a picture may be near to nearly all names, or far from them all. So its similarity to one query
says little. What counts is how much nearer the picture is to this query than to others (inverted softmax,
Smith 2017). A bank holds vectors of other queries: names of things, and sentences. A query is compared with
those of its own sort.

    corrected = similarity - share * names(picture) - (1 - share) * sentences(picture)

`names` and `sentences` are soft maxima of the similarities of the picture to the bank: two numbers for each
picture. `share` is how much the query is like a name, from 0 to 1. The correction is linear in these numbers.
So the vector of the picture gets them as further dimensions, and that of the query gets the share. The cosine
of the two is the corrected similarity, times a constant, and an index finds the nearest pictures by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from semsearch.errors import ModelError
from semsearch.records import Vector, Vectors

# The banks that semsearch brings. Each .npz file has the fields of a Bank, and the id of its text model.
SHIPPED = Path(__file__).parent / "banks"
# The last dimensions of a corrected vector: names, sentences, and two that give all pictures the same length
# before they are scaled to 1, and all queries.
EXTRA = 4
# The numbers of a picture are counted from here, where most of them lie, and cut off this far away.
_LEVEL, _MOST = 0.15, 0.35
_PICTURE_LENGTH, _QUERY_LENGTH = float(np.sqrt(1 + 2 * _MOST**2)), float(np.sqrt(2))
# A similarity is this many times the cosine of the corrected vectors.
SIMILARITY = _PICTURE_LENGTH * _QUERY_LENGTH


@dataclass(frozen=True, slots=True)
class Bank:
    """The vectors of other queries in the space of a text model.

    `names` are unit rows (n, dims). `sentences` are means of clusters (m, dims), and `sizes` (m,) the shares
    of all sentences in them. The similarities are divided by `temperature`. `towards_names` (dims + 1,) tells
    names from sentences: the weights of a logistic regression, and at the end its constant.
    """

    names: Vectors
    sentences: Vectors
    sizes: Vector
    towards_names: Vector
    temperature: float

    def pictures(self, vectors: Vectors) -> Vectors:
        """Corrected vectors (n, dims + EXTRA) of pictures, as unit rows."""
        even = np.full(len(self.names), 1 / len(self.names), np.float32)
        numbers = np.stack(
            [self._nearness(vectors, self.names, even), self._nearness(vectors, self.sentences, self.sizes)],
            axis=1,
        )
        numbers = np.clip(numbers - _LEVEL, -_MOST, _MOST)
        rest = np.sqrt(2 * _MOST**2 - np.square(numbers).sum(axis=1, keepdims=True).clip(0, 2 * _MOST**2))
        return _joined(vectors, numbers, rest, np.zeros_like(rest), _PICTURE_LENGTH)

    def queries(self, vectors: Vectors) -> Vectors:
        """Corrected vectors (n, dims + EXTRA) of queries, as unit rows."""
        share = 1 / (1 + np.exp(-(vectors @ self.towards_names[:-1] + self.towards_names[-1])))
        shares = np.stack([share, 1 - share], axis=1)
        rest = np.sqrt(1 - np.square(shares).sum(axis=1, keepdims=True).clip(0, 1))
        return _joined(vectors, -shares, np.zeros_like(rest), rest, _QUERY_LENGTH)

    def _nearness(self, vectors: Vectors, bank: Vectors, shares: Vector) -> Vector:
        """The soft maximum of the similarities of each row to the rows of a bank."""
        scaled = vectors @ bank.T / self.temperature
        highest = scaled.max(axis=1, keepdims=True)
        near: Vector = self.temperature * (highest[:, 0] + np.log(np.exp(scaled - highest) @ shares))
        return near


def _joined(
    vectors: Vectors, numbers: Vectors, pictures: Vectors, queries: Vectors, length: float
) -> Vectors:
    joined: Vectors = (np.hstack([vectors, numbers, pictures, queries]) / length).astype(np.float32)
    return joined


def share_of_names(query: Vector) -> float:
    """How much a query is like a name, from 0 to 1, from its corrected vector."""
    names, sentences = query[-EXTRA : 2 - EXTRA]
    return float(names / (names + sentences))


def plain(query: Vector) -> Vector:
    """The vector of a query as it was before the correction."""
    before: Vector = query[:-EXTRA] * np.float32(_QUERY_LENGTH)
    return before


def moved(query: Vector, shift: Vector) -> Vector:
    """A corrected query with a shift added to what it says, as a unit vector.

    `shift` is a sum of corrected vectors of pictures, with factors. Their own corrections do not count: the
    query is still compared with other queries as before.
    """
    said = query[:-EXTRA] * _QUERY_LENGTH + shift[:-EXTRA] * _PICTURE_LENGTH
    joined = np.concatenate([said, query[-EXTRA:] * _QUERY_LENGTH])
    scaled: Vector = (joined / np.linalg.norm(joined)).astype(np.float32)
    return scaled


def shipped_bank(text_model: str) -> Path | None:
    """The file of the bank for a text model, given by its id; None without one."""
    for path in sorted(SHIPPED.glob("*.npz")):
        with np.load(path, allow_pickle=False) as kept:
            if str(kept["text_model"]) == text_model:
                return path
    return None


def load_bank(path: Path) -> Bank:
    """Read a bank. Raises ModelError when the file is damaged."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            names, sentences = (
                kept[name].astype(np.float32) * np.float32(kept[f"{name}_step"])
                for name in ("names", "sentences")
            )
            return Bank(names, sentences, kept["sizes"], kept["towards_names"], float(kept["temperature"]))
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"The bank in {path} is damaged: {error}") from error


def save_bank(bank: Bank, path: Path, text_model: str) -> None:
    """Write a bank for a text model, given by its id. Eight bits for a number are enough."""
    names, sentences = _steps(bank.names), _steps(bank.sentences)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path,
        names=np.round(bank.names / names).astype(np.int8),
        names_step=np.float32(names),
        sentences=np.round(bank.sentences / sentences).astype(np.int8),
        sentences_step=np.float32(sentences),
        sizes=bank.sizes.astype(np.float32),
        towards_names=bank.towards_names.astype(np.float32),
        temperature=np.float32(bank.temperature),
        text_model=np.array(text_model),
    )


def _steps(vectors: npt.NDArray[np.float32]) -> float:
    return float(np.abs(vectors).max()) / 127

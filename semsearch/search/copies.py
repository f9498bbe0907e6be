"""Copies: the same text in two formats or two versions, the same picture in two sizes.

A signature says in some bytes what a document looks like, and is kept in Redis as hexadecimal digits. What is
too short or too plain to be told from others by it has a hash instead: it must be the same to be a copy.
The thresholds are measured by benchmarks/copies.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
from PIL import Image

Numbers = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

# Of texts: the sum of a random direction (of ±1) for each three terms in a row, scaled to bytes. The cosine
# of two such sums is nearly that of the counts of all those threes, of which a changed word changes three.
_DIRECTIONS = 64
_IN_A_ROW = 3
_TEXTS_ALIKE = 0.93
# In a shorter text, a few other words, or another date, make it another text.
_FEWEST_TERMS = 100

# Of pictures: the brightness of 16 × 16 cells, and the mean of red, green and blue. Averages over cells
# hardly notice how a file was encoded or scaled, and what has moved changes some cell.
_CELLS = 16
_PICTURE_BYTES = _CELLS * _CELLS + 3
# Cells differ by less than this part of the picture's own contrast, and this part of what the cells around
# differ by: the edge of a picture may have been cut.
_OF_CONTRAST, _OF_SURROUNDINGS = 0.15, 0.1
_PICTURES_CORRELATE = 0.95
_BRIGHTER = 1.25
_HUE = 8.0
# A sheet of paper looks like any other.
_PLAIN = 4.0

# Candidates: so many signs of 64 sums, and of 256 cells as against the mean, may differ in copies.
_SIGNS_OF_TEXTS, _SIGNS_OF_PICTURES = 18, 32
# Rows compared with all others at once: a few MB.
_BLOCK = 200


def of_terms(terms: Sequence[str]) -> str:
    """The signature of a text by its terms in order; empty for a text without any."""
    if len(terms) < _FEWEST_TERMS:
        return _hash(" ".join(terms).encode()) if terms else ""
    rows = (" ".join(terms[at : at + _IN_A_ROW]) for at in range(len(terms) - _IN_A_ROW + 1))
    digests = b"".join(blake2b(row.encode(), digest_size=_DIRECTIONS // 8).digest() for row in rows)
    bits = np.unpackbits(np.frombuffer(digests, np.uint8).reshape(-1, _DIRECTIONS // 8), axis=1)
    summed = 2.0 * bits.sum(axis=0, dtype=np.float64) - len(bits)
    scaled: npt.NDArray[np.int8] = np.round(summed * (127 / max(1.0, np.abs(summed).max()))).astype(np.int8)
    return scaled.tobytes().hex()


def of_picture(image: Image.Image) -> str:
    """The signature of a decoded picture, in RGB."""
    small = image.resize((_CELLS, _CELLS), Image.Resampling.BOX)
    cells = np.asarray(small.convert("L"))
    if cells.std() < _PLAIN:
        return _hash(repr(image.size).encode() + image.tobytes())
    colour = np.asarray(small, dtype=np.float64).mean(axis=(0, 1)).round().astype(np.uint8)
    return bytes(cells.tobytes() + colour.tobytes()).hex()


def leaders(signatures: Sequence[str]) -> list[int]:
    """For each of a list, the place of the first that it is a copy of; its own when it is none.

    The places of the first ones do not depend on what comes after them.
    """
    first: dict[str, int] = {}
    leader = [first.setdefault(signature, at) if signature else at for at, signature in enumerate(signatures)]
    alike: defaultdict[int, list[int]] = defaultdict(list)
    for length, compare in ((_DIRECTIONS, _texts_alike), (_PICTURE_BYTES, _pictures_alike)):
        places = [at for signature, at in first.items() if len(signature) == 2 * length]
        if len(places) > 1:
            whole = bytes.fromhex("".join(signatures[at] for at in places))
            for one, other in compare(np.frombuffer(whole, np.uint8).reshape(-1, length)):
                alike[places[one]].append(places[other])
    for at in sorted(alike):
        if leader[at] == at:
            for other in alike[at]:
                leader[other] = at if leader[other] == other else leader[other]
    return [leader[at] for at in leader]


def _hash(content: bytes) -> str:
    return blake2b(content, digest_size=8).hexdigest()


def _texts_alike(rows: Bytes) -> list[tuple[int, int]]:
    return _pairs(rows.view(np.int8).astype(np.float32), _SIGNS_OF_TEXTS, _TEXTS_ALIKE)


def _pictures_alike(rows: Bytes) -> list[tuple[int, int]]:
    values = rows.astype(np.float32)
    cells, colours = values[:, :-3], values[:, -3:]
    pairs = _pairs(cells - cells.mean(axis=1, keepdims=True), _SIGNS_OF_PICTURES, _PICTURES_CORRELATE)
    return [(one, other) for one, other in pairs if _is_picture(cells, colours, one, other)]


def _is_picture(cells: Numbers, colours: Numbers, one: int, other: int) -> bool:
    """Whether two pictures are the same but for a little brightness and an edge."""
    dark, bright = sorted((one, other), key=lambda row: float(cells[row].sum()))
    gain = float(np.median((cells[bright] + 1) / (cells[dark] + 1)))
    if not 1 / _BRIGHTER < gain < _BRIGHTER:
        return False
    hues = [colour - colour.mean() for colour in (colours[dark] * gain, colours[bright])]
    if np.abs(hues[0] - hues[1]).max() > _HUE:
        return False
    a, b = np.minimum(cells[dark] * gain, 255).reshape(_CELLS, _CELLS), cells[bright].reshape(_CELLS, _CELLS)
    allowed = _OF_CONTRAST * min(a.std(), b.std()) + _OF_SURROUNDINGS * np.minimum(_around(a), _around(b))
    return bool((np.abs(a - b) <= allowed).all())


def _around(cells: Numbers) -> Numbers:
    """How far the cells around each cell, and itself, differ."""
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(cells, 1, mode="edge"), (3, 3))
    around: Numbers = np.ptp(windows, axis=(2, 3))
    return around


def _pairs(rows: Numbers, most: int, least: float) -> list[tuple[int, int]]:
    """Pairs of rows whose cosine is at least this, the earlier row first.

    Only those are looked at of which no more than `most` signs differ, which are few. A product of all with
    all would do, but its threads wait for each other where the machine is busy.
    """
    bits = np.packbits(rows > 0, axis=1).view(np.uint64)
    found: list[tuple[int, int]] = []
    for start in range(0, len(bits), _BLOCK):
        block = bits[start : start + _BLOCK]
        differ = sum(
            np.bitwise_count(word[:, None] ^ words) for word, words in zip(block.T, bits.T, strict=True)
        )
        one, other = np.divmod(np.flatnonzero(differ <= most), len(bits))
        one, other = (one + start)[one + start < other], other[one + start < other]
        a, b = rows[one], rows[other]
        lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
        near = (a * b).sum(axis=1) >= least * lengths
        found += zip(one[near].tolist(), other[near].tolist(), strict=True)
    return found

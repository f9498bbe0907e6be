"""Find copies: the same text in two formats or versions, the same picture in two sizes.

The signature of a document describes its content in a few bytes; Redis holds it as hexadecimal digits. Copies
have similar signatures. A text that is too short, or a picture that is too plain, to be recognised in this
way has a hash of its content as its signature: only an equal one is a copy. benchmarks/copies.py measures the
thresholds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import islice

import numpy as np
import numpy.typing as npt
from PIL import Image

Numbers = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

# The signature of a text: each trigram (three terms in a row) has a random vector of ±1, and the sum of these
# vectors is scaled to bytes. The cosine of two sums is nearly the cosine of the counts of all trigrams. A
# changed word changes three trigrams.
_TEXT_BYTES = 64
_TRIGRAM = 3
_LEAST_TEXT_COSINE = 0.93
# In a text of fewer terms, a few other words or another date make another text.
_FEWEST_TERMS = 100

# The signature of a picture: the brightness of 16 × 16 cells, then the mean of red, green and blue. The mean
# over a cell hardly depends on how a file was encoded or scaled, but an object that moves changes a cell.
_CELLS = 16
_PICTURE_BYTES = _CELLS * _CELLS + 3
_LEAST_PICTURE_CORRELATION = 0.95
# A cell of a copy may differ by the sum of two shares: of the contrast of the picture, and of the range of
# the cells around it, because the edges of a copy may have been cut.
_CONTRAST_SHARE, _RANGE_SHARE = 0.15, 0.1
# The most by which a copy may be brighter, as a factor, and its colours may differ, of 255.
_MOST_GAIN = 1.25
_MOST_COLOUR_DIFFERENCE = 8.0
# The least contrast of a picture that can be recognised: blank pages all look the same.
_LEAST_CONTRAST = 4.0

# The most signs that may differ between copies: of the 64 sums of a text, and of the 256 differences between
# a cell and the mean of its picture.
_MOST_TEXT_SIGNS, _MOST_PICTURE_SIGNS = 18, 32
# The trigrams that are hashed in one step, which takes a few MB.
_TRIGRAMS = 50_000
# Rows that are compared with all others in one step, which takes a few MB.
_BLOCK = 200


def of_terms(terms: Iterable[str]) -> str:
    """The signature of a text, from its terms in order; empty for a text without terms."""
    rest = iter(terms)
    some = list(islice(rest, _TRIGRAMS))
    if len(some) < _FEWEST_TERMS:
        return _hash(" ".join(some).encode()) if some else ""
    count, ones = 0, np.zeros(_TEXT_BYTES)
    while len(some) >= _TRIGRAM:
        trigrams = [" ".join(some[at : at + _TRIGRAM]) for at in range(len(some) - _TRIGRAM + 1)]
        count += len(trigrams)
        digests = b"".join(blake2b(each.encode(), digest_size=_TEXT_BYTES // 8).digest() for each in trigrams)
        bits = np.unpackbits(np.frombuffer(digests, np.uint8).reshape(-1, _TEXT_BYTES // 8), axis=1)
        ones += bits.sum(axis=0, dtype=np.float64)
        some = [*some[1 - _TRIGRAM :], *islice(rest, _TRIGRAMS)]
    # A bit of 1 stands for +1, a bit of 0 for -1.
    sums = 2.0 * ones - count
    scaled: npt.NDArray[np.int8] = np.round(sums * (127 / max(1.0, np.abs(sums).max()))).astype(np.int8)
    return scaled.tobytes().hex()


def of_picture(image: Image.Image) -> str:
    """The signature of a decoded picture in RGB."""
    small = image.resize((_CELLS, _CELLS), Image.Resampling.BOX)
    cells = np.asarray(small.convert("L"))
    if cells.std() < _LEAST_CONTRAST:
        return _hash(repr(image.size).encode() + image.tobytes())
    colour = np.asarray(small, dtype=np.float64).mean(axis=(0, 1)).round().astype(np.uint8)
    return bytes(cells.tobytes() + colour.tobytes()).hex()


def leaders(signatures: Sequence[str]) -> list[int]:
    """For each signature, the position of its leader: the first one that it is a copy of, or itself.

    Signatures that are appended to a list do not change the leaders before them. An empty signature has no
    copies.
    """
    first: dict[str, int] = {}
    leader = [first.setdefault(signature, at) if signature else at for at, signature in enumerate(signatures)]
    alike: defaultdict[int, list[int]] = defaultdict(list)
    for length, compare in ((_TEXT_BYTES, _similar_texts), (_PICTURE_BYTES, _similar_pictures)):
        # The length tells the signatures of texts and of pictures, and the hashes, from each other.
        positions = [at for signature, at in first.items() if len(signature) == 2 * length]
        if len(positions) > 1:
            joined = bytes.fromhex("".join(signatures[at] for at in positions))
            for one, other in compare(np.frombuffer(joined, np.uint8).reshape(-1, length)):
                alike[positions[one]].append(positions[other])
    for at in sorted(alike):
        if leader[at] == at:
            for other in alike[at]:
                if leader[other] == other:
                    leader[other] = at
    # Equal signatures have the leader of the first of them.
    return [leader[at] for at in leader]


def _hash(content: bytes) -> str:
    return blake2b(content, digest_size=8).hexdigest()


def _similar_texts(rows: Bytes) -> list[tuple[int, int]]:
    return _similar_pairs(rows.view(np.int8).astype(np.float32), _MOST_TEXT_SIGNS, _LEAST_TEXT_COSINE)


def _similar_pictures(rows: Bytes) -> list[tuple[int, int]]:
    values = rows.astype(np.float32)
    cells, colours = values[:, :-3], values[:, -3:]
    centred = cells - cells.mean(axis=1, keepdims=True)
    pairs = _similar_pairs(centred, _MOST_PICTURE_SIGNS, _LEAST_PICTURE_CORRELATION)
    return [(one, other) for one, other in pairs if _is_same_picture(cells, colours, one, other)]


def _is_same_picture(cells: Numbers, colours: Numbers, one: int, other: int) -> bool:
    """Whether two pictures are the same, apart from a small change in brightness and cut edges."""
    dark, bright = sorted((one, other), key=lambda row: float(cells[row].sum()))
    gain = float(np.median((cells[bright] + 1) / (cells[dark] + 1)))
    if not 1 / _MOST_GAIN < gain < _MOST_GAIN:
        return False
    hues = [colour - colour.mean() for colour in (colours[dark] * gain, colours[bright])]
    if np.abs(hues[0] - hues[1]).max() > _MOST_COLOUR_DIFFERENCE:
        return False
    a, b = np.minimum(cells[dark] * gain, 255).reshape(_CELLS, _CELLS), cells[bright].reshape(_CELLS, _CELLS)
    ranges = np.minimum(_local_range(a), _local_range(b))
    allowed = _CONTRAST_SHARE * min(a.std(), b.std()) + _RANGE_SHARE * ranges
    return bool((np.abs(a - b) <= allowed).all())


def _local_range(cells: Numbers) -> Numbers:
    """For each cell, the range of brightness in the 3 × 3 cells around it."""
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(cells, 1, mode="edge"), (3, 3))
    ranges: Numbers = np.ptp(windows, axis=(2, 3))
    return ranges


def _similar_pairs(rows: Numbers, most_signs: int, least_cosine: float) -> list[tuple[int, int]]:
    """The pairs of rows whose cosine is at least `least_cosine`, the earlier row first.

    A pair with more than `most_signs` different signs is skipped, so that few cosines are computed. The
    product of the whole matrix with itself would be simpler, but its threads wait for each other on a busy
    machine.
    """
    bits = np.packbits(rows > 0, axis=1).view(np.uint64)
    found: list[tuple[int, int]] = []
    for start in range(0, len(bits), _BLOCK):
        block = bits[start : start + _BLOCK]
        differ = sum(
            np.bitwise_count(word[:, None] ^ words) for word, words in zip(block.T, bits.T, strict=True)
        )
        one, other = np.divmod(np.flatnonzero(differ <= most_signs), len(bits))
        one, other = (one + start)[one + start < other], other[one + start < other]
        a, b = rows[one], rows[other]
        lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
        similar = (a * b).sum(axis=1) >= least_cosine * lengths
        found += zip(one[similar].tolist(), other[similar].tolist(), strict=True)
    return found

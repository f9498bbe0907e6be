"""Find copies: the same text in two formats or versions, the same picture in two sizes.

The signature of a document describes its content in a few bytes; Redis holds it as hexadecimal digits. Copies
have similar signatures. A text that is too short, or a picture that is too plain, to be recognised in this
way has a hash of its content as its signature: only an equal one is a copy. benchmarks/copies.py measures the
thresholds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from hashlib import blake2b
from itertools import islice

import numpy as np
import numpy.typing as npt
from PIL import Image

Numbers = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

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
# The mean difference of a cell from the line through its neighbours, above and beside it: at most 2.8 in a
# gradient, and 7 or more in photos.
_LEAST_BEND = 4.0

# The most signs that may differ between copies: of the 64 sums of a text, and of the 256 differences between
# a cell and the mean of its picture.
_MOST_TEXT_SIGNS, _MOST_PICTURE_SIGNS = 18, 32
# The trigrams that are hashed in one step, which takes a few MB.
_TRIGRAMS = 50_000
# The most rows that are compared with others in one step, and the most pairs, which take some MB.
_BLOCK, _COMPARED = 200, 4_000_000


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


def has_detail(signature: str) -> bool:
    """Whether a picture has more in it than a gradient, which looks the same as many others."""
    if len(signature) != 2 * _PICTURE_BYTES:
        return False
    cells = np.frombuffer(bytes.fromhex(signature), np.uint8)[: _CELLS * _CELLS].reshape(_CELLS, _CELLS)
    bends = (np.abs(np.diff(cells.astype(np.float32), 2, axis)).mean() for axis in (0, 1))
    return float(sum(bends)) >= 2 * _LEAST_BEND


def leaders(signatures: Sequence[str]) -> list[int]:
    """For each signature, the position of its leader: the first one that it is a copy of, or itself.

    Signatures that are appended to a list do not change the leaders before them. An empty signature has no
    copies.
    """
    first: dict[str, int] = {}
    leader = [first.setdefault(signature, at) if signature else at for at, signature in enumerate(signatures)]
    for length, led in ((_TEXT_BYTES, _led_texts), (_PICTURE_BYTES, _led_pictures)):
        # The length tells the signatures of texts and of pictures, and the hashes, from each other.
        positions = [at for signature, at in first.items() if len(signature) == 2 * length]
        if len(positions) > 1:
            joined = bytes.fromhex("".join(signatures[at] for at in positions))
            found = led(np.frombuffer(joined, np.uint8).reshape(-1, length))
            for at, row in zip(positions, found, strict=True):
                leader[at] = positions[row]
    # Equal signatures have the leader of the first of them.
    return [leader[at] for at in leader]


def _hash(content: bytes) -> str:
    return blake2b(content, digest_size=8).hexdigest()


def _led_texts(rows: Bytes) -> list[int]:
    return _led(rows.view(np.int8).astype(np.float32), _MOST_TEXT_SIGNS, _LEAST_TEXT_COSINE)


def _led_pictures(rows: Bytes) -> list[int]:
    values = rows.astype(np.float32)
    cells, colours = values[:, :-3], values[:, -3:]
    centred = cells - cells.mean(axis=1, keepdims=True)
    are_same = partial(_same_pictures, cells, colours)
    return _led(centred, _MOST_PICTURE_SIGNS, _LEAST_PICTURE_CORRELATION, are_same)


def _same_pictures(cells: Numbers, colours: Numbers, one: int, others: Rows) -> Flags:
    """Which pictures are the same as one, apart from a small change in brightness and cut edges."""
    steps = range(0, len(others), _BLOCK)
    return np.concatenate([_same_as(cells, colours, one, others[at : at + _BLOCK]) for at in steps])


def _same_as(cells: Numbers, colours: Numbers, one: int, others: Rows) -> Flags:
    is_darker = (cells[others].sum(axis=1) < cells[one].sum())[:, None]
    dark, bright = (np.where(is_darker == flag, cells[others], cells[one]) for flag in (True, False))
    tints = [np.where(is_darker == flag, colours[others], colours[one]) for flag in (True, False)]
    gain = np.median((bright + 1) / (dark + 1), axis=1, keepdims=True)
    hues = [tint - tint.mean(axis=1, keepdims=True) for tint in (tints[0] * gain, tints[1])]
    is_same: Flags = (gain[:, 0] > 1 / _MOST_GAIN) & (gain[:, 0] < _MOST_GAIN)
    is_same &= np.abs(hues[0] - hues[1]).max(axis=1) <= _MOST_COLOUR_DIFFERENCE
    a, b = np.minimum(dark[is_same] * gain[is_same], 255), bright[is_same]
    contrast = np.minimum(a.std(axis=1), b.std(axis=1))[:, None]
    allowed = _CONTRAST_SHARE * contrast + _RANGE_SHARE * np.minimum(_local_ranges(a), _local_ranges(b))
    is_same[is_same] = (np.abs(a - b) <= allowed).all(axis=1)
    return is_same


def _local_ranges(cells: Numbers) -> Numbers:
    """For each cell of each picture, the range of brightness in the 3 × 3 cells around it."""
    squares = cells.reshape(-1, _CELLS, _CELLS)
    padded = np.pad(squares, ((0, 0), (1, 1), (1, 1)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    ranges: Numbers = np.ptp(windows, axis=(3, 4)).reshape(cells.shape)
    return ranges


def _led(
    rows: Numbers, most_signs: int, least_cosine: float, are_same: Callable[[int, Rows], Flags] | None = None
) -> list[int]:
    """For each row, its leader: the first row whose cosine with it is at least `least_cosine`, or itself.

    `are_same` says which of some rows are the same as one. A pair with more than `most_signs` different signs
    is skipped, so that few cosines are computed. The product of the whole matrix with itself would be
    simpler, but its threads wait for each other on a busy machine.
    """
    words = np.ascontiguousarray(np.packbits(rows > 0, axis=1).view(np.uint64).T)
    lengths = np.linalg.norm(rows, axis=1)
    leader, is_free = np.arange(len(rows)), np.ones(len(rows), bool)
    step = max(1, min(_BLOCK, _COMPARED // len(rows)))
    for start in range(0, len(rows), step):
        ones, others = (start + np.flatnonzero(is_free[start:end]) for end in (start + step, len(rows)))
        differ = sum(np.bitwise_count(word[ones, None] ^ word[others]) for word in words)
        near = differ <= most_signs
        # Each row is near to itself.
        for at in np.flatnonzero(np.count_nonzero(near, axis=1) > 1):
            one = int(ones[at])
            if not is_free[one]:
                continue
            found = others[near[at]]
            found = found[(found > one) & is_free[found]]
            cosines = (rows[found] * rows[one]).sum(axis=1)
            found = found[cosines >= least_cosine * lengths[found] * lengths[one]]
            if are_same is not None and len(found):
                found = found[are_same(one, found)]
            leader[found], is_free[found] = one, False
    return list(map(int, leader))

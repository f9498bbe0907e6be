"""Find the part of a picture that matches a query, when a user opens the picture.

The index has no vectors of parts. They would multiply its memory and the time of ingestion, and would help
only with files that show several pictures (docs/picture-model.md).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PIL import Image

from semsearch.models.protocol import Cells, ImageEmbedder
from semsearch.pictures.decode import DecodedPicture, central_box
from semsearch.records import Box, Vector, Vectors
from semsearch.store.schema import SEMANTIC
from semsearch.store.statistics import Scale

# The parts that stand for the cells of a model that has none: 4 × 4 boxes, with this part of the width and of
# the height of the picture.
_SIDE, _ACROSS = 0.4, 4
# The edges of a part lie on a grid of so many lines in the picture.
_GRID = 16
# How much more of the similarity a part must have than the whole picture has on an area of this size, and how
# far above the centre it must be, in spreads. benchmarks/picture_parts
_DENSER, _ABOVE = 2.0, 0.5

Heat = npt.NDArray[np.float32]


def part_that_matches(
    decoded: Callable[[int], DecodedPicture], query: Vectors, model: ImageEmbedder, field: str, scale: Scale
) -> Box | None:
    """The part that is clearly nearer to a query than the whole picture; None if there is no such part.

    `decoded` gives the picture with a shorter side of that many pixels; its first view is used. `query` are
    the vectors of the alternatives of the query, of which the one nearest to the whole picture counts. They
    can be compared with the vectors of `field`, and `scale` is the scale of their similarities. Raises what
    `decoded` raises, and ModelError when the model fails.
    """
    picture = decoded(round(model.input_size / _SIDE))
    cells = model.cells(picture.image) or parts_as_cells(picture.image, model)
    vectors = cells.semantic if field == SEMANTIC else cells.visual
    assert vectors is not None, "a leg uses a field only if the model makes its vectors"
    nearest = query[int(np.argmax(query @ vectors.mean(axis=(0, 1))))]
    part = clearest(vectors, nearest, scale)
    return _in_file(part, picture) if part else None


def parts_as_cells(picture: Image.Image, model: ImageEmbedder) -> Cells:
    """Embed parts of a picture, which overlap, as if they were its cells."""
    starts = [(1 - _SIDE) * step / (_ACROSS - 1) for step in range(_ACROSS)]
    looks = model.look([cropped(picture, Box(x, y, x + _SIDE, y + _SIDE)) for y in starts for x in starts])
    shape = (_ACROSS, _ACROSS, -1)
    semantic = None if looks.semantic is None else looks.semantic.reshape(shape)
    return Cells(looks.visual.reshape(shape), semantic)


def clearest(cells: Vectors, query: Vector, scale: Scale) -> Box | None:
    """The part of a picture that clearly matches a query, or None. `cells`: (rows, columns, dims)."""
    heat = heat_of(cells, query, scale)
    part = framing(heat)
    near, whole = _cosine(_mean_in(part, cells), query), _cosine(cells.mean(axis=(0, 1)), query)
    is_denser = _mean_in(part, heat) >= _DENSER * float(heat.mean())
    return part if is_denser and near >= max(whole, scale.centre + _ABOVE * scale.spread) else None


def heat_of(cells: Vectors, query: Vector, scale: Scale) -> Heat:
    """How much each place adds to the similarity beyond that of unrelated queries: (_GRID, _GRID)."""
    chance = scale.centre * float(np.linalg.norm(cells.mean(axis=(0, 1))))
    heat = np.maximum(cells @ query - chance, 0)
    return np.asarray(Image.fromarray(heat).resize((_GRID, _GRID), Image.Resampling.BILINEAR))


def framing(heat: Heat) -> Box:
    """The box with the largest sum of heat, divided by the root of its area. `heat`: (_GRID, _GRID).

    So would a signal in noise be found. The mean would choose the hottest cell, and the sum everything.
    """
    sums = np.zeros((_GRID + 1, _GRID + 1))
    sums[1:, 1:] = heat.cumsum(axis=0).cumsum(axis=1)
    start, end = np.triu_indices(_GRID + 1, k=1)
    strips = sums[end] - sums[start]
    found = (strips[:, end] - strips[:, start]) / np.sqrt(np.outer(end - start, end - start))
    down, across = np.unravel_index(found.argmax(), found.shape)
    edges = (start[across], start[down], end[across], end[down])
    return Box(*(float(edge) / _GRID for edge in edges))


def cropped(picture: Image.Image, part: Box) -> Image.Image:
    width, height = picture.size
    left, right = round(part.left * width), round(part.right * width)
    return picture.crop((left, round(part.top * height), right, round(part.bottom * height)))


def _mean_in(part: Box, cells: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The mean of the cells in a part. A cell that is half in it counts half."""
    down = _shares(part.top, part.bottom, cells.shape[0])
    across = _shares(part.left, part.right, cells.shape[1])
    return np.asarray(np.einsum("r,c,rc...->...", down, across, cells))


def _shares(start: float, end: float, cells: int) -> npt.NDArray[np.float32]:
    """How much of each row of cells lies between two fractions of a side; together 1."""
    edges = np.arange(cells)
    inside = np.clip(np.minimum(end * cells, edges + 1) - np.maximum(start * cells, edges), 0, 1)
    return np.asarray(inside / inside.sum(), np.float32)


def _cosine(vector: Vector, query: Vector) -> float:
    return float(vector @ query) / max(1e-9, float(np.linalg.norm(vector)))


def _in_file(part: Box, picture: DecodedPicture) -> Box:
    """A part of the decoded picture as a part of the file. The ends of a long strip are not picture."""
    left, top, right, bottom = central_box(picture.width, picture.height)
    across, down = right - left, bottom - top
    return Box(
        (left + across * part.left) / picture.width,
        (top + down * part.top) / picture.height,
        (left + across * part.right) / picture.width,
        (top + down * part.bottom) / picture.height,
    )

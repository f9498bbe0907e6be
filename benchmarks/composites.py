"""Make pictures of four photos each, for which the position of the right answer to each query is known."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks.picture_sets import Captioned
from semsearch.records import Box

TILES = 4
_SIDE = 352  # photos of 176 pixels keep their size if all four have the same size


@dataclass(frozen=True)
class Composites:
    """Picture files with their tiles and, for each query, the index of its picture and of the right tile."""

    pictures: list[bytes]
    tiles: list[list[Box]]
    queries: list[str]
    wanted: npt.NDArray[np.int64]
    meant: npt.NDArray[np.int64]


def composites(photos: Captioned, *, even: bool) -> Composites:
    """Put each photo into one composite. Its captions are the queries.

    The lines between the photos are in the middle or, if not `even`, anywhere from 3/8 to 5/8.
    """
    chance = np.random.default_rng(1)
    order = chance.permutation(len(photos.pictures) // TILES * TILES)
    files, tiles = [], []
    place: dict[int, tuple[int, int]] = {}
    for number, group in enumerate(order.reshape(-1, TILES).tolist()):
        x, y = (0.5, 0.5) if even else chance.uniform(3 / 8, 5 / 8, 2).tolist()
        boxes = [Box(0, 0, x, y), Box(x, 0, 1, y), Box(0, y, x, 1), Box(x, y, 1, 1)]
        files.append(_pasted([photos.pictures[photo] for photo in group], boxes))
        tiles.append(boxes)
        place |= {photo: (number, tile) for tile, photo in enumerate(group)}
    asked = [
        (query, *place[photo])
        for query, photo in zip(photos.queries, photos.wanted, strict=True)
        if photo in place
    ]
    queries, wanted, meant = zip(*asked, strict=True)
    return Composites(files, tiles, list(queries), np.array(wanted), np.array(meant))


def _pasted(photos: Iterable[bytes], boxes: Iterable[Box]) -> bytes:
    canvas = Image.new("RGB", (_SIDE, _SIDE))
    for photo, box in zip(photos, boxes, strict=True):
        left, top, right, bottom = (
            round(edge * _SIDE) for edge in (box.left, box.top, box.right, box.bottom)
        )
        with Image.open(io.BytesIO(photo)) as image:
            canvas.paste(image.convert("RGB").resize((right - left, bottom - top)), (left, top))
    file = io.BytesIO()
    canvas.save(file, "JPEG", quality=92)
    return file.getvalue()


def windows(side: float, count: int) -> list[Box]:
    """`count` × `count` squares of the given side, spread evenly over the picture."""
    starts = [(1 - side) * step / (count - 1) for step in range(count)]
    return [Box(x, y, x + side, y + side) for y in starts for x in starts]


def overlap(one: Box, other: Box) -> float:
    """The area that is common to two parts of a picture."""
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return max(0.0, across) * max(0.0, down)

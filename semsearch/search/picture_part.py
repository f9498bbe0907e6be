"""The part of a picture that matches a query, found when somebody opens the picture.

Parts have no vectors in the index. They would multiply its memory and the time of ingestion, and gain only
where one file shows several pictures (docs/picture-model.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from PIL.Image import Image

from semsearch.models.protocol import ImageEmbedder
from semsearch.pictures.decode import DecodedPicture, central_box, decode
from semsearch.records import Box, Vector
from semsearch.store.schema import SEMANTIC
from semsearch.store.statistics import Scale

_SIDE = 0.5
_STARTS = (0.0, 0.25, 0.5)
PARTS = tuple(Box(x, y, x + _SIDE, y + _SIDE) for y in _STARTS for x in _STARTS)
# Some part is nearly always a little nearer than the whole picture. The best part must be nearer by this many
# spreads of the scale.
_NEARER = 1.5


def part_that_matches(
    picture: bytes, query: Vector, model: ImageEmbedder, field: str, scale: Scale
) -> Box | None:
    """The part that is clearly nearer to a query than the whole picture; None where no part is.

    `query` is a vector in the space of the model's vectors that `field` names, and `scale` their scale. The
    first frame of an animation is used. Raises FileError for a file that is no picture, ModelError when the
    model fails.
    """
    decoded = decode(picture, round(model.input_size / _SIDE))
    looks = model.look([decoded.image, *(cropped(decoded.image, part) for part in PARTS)])
    vectors = looks.semantic if field == SEMANTIC else looks.visual
    assert vectors is not None, "a query is put to a field only where the model fills it"
    part = clearest((vectors @ query).tolist(), scale)
    return _in_file(part, decoded) if part else None


def clearest(similarities: Sequence[float], scale: Scale) -> Box | None:
    """The one of PARTS that matches, by the similarities of the whole picture and of each part."""
    whole, *parts = similarities
    nearest, part = max(zip(parts, PARTS, strict=True), key=itemgetter(0))
    return part if nearest >= max(scale.centre, whole + _NEARER * scale.spread) else None


def cropped(picture: Image, part: Box) -> Image:
    width, height = picture.size
    left, right = round(part.left * width), round(part.right * width)
    return picture.crop((left, round(part.top * height), right, round(part.bottom * height)))


def _in_file(part: Box, decoded: DecodedPicture) -> Box:
    """The part of the file. The ends of a long strip are not decoded, so it is another one than `part`."""
    left, top, right, bottom = central_box(decoded.width, decoded.height)
    across, down = right - left, bottom - top
    return Box(
        (left + across * part.left) / decoded.width,
        (top + down * part.top) / decoded.height,
        (left + across * part.right) / decoded.width,
        (top + down * part.bottom) / decoded.height,
    )

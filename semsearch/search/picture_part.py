"""Find the part of a picture that matches a query, when a user opens the picture.

The index has no vectors of parts. They would multiply its memory and the time of ingestion, and would help
only with files that show several pictures (docs/picture-model.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter

from PIL.Image import Image

from semsearch.models.protocol import ImageEmbedder
from semsearch.pictures.decode import DecodedPicture, central_box
from semsearch.records import Box, Vector
from semsearch.store.schema import SEMANTIC
from semsearch.store.statistics import Scale

# The parts are nine overlapping boxes, each with half the width and half the height of the picture.
_SIDE = 0.5
_STARTS = (0.0, 0.25, 0.5)
PARTS = tuple(Box(x, y, x + _SIDE, y + _SIDE) for y in _STARTS for x in _STARTS)
# The nearest part must be nearer than the whole picture by this many spreads of the scale, because some part
# is nearly always a little nearer.
_NEARER = 1.5


def part_that_matches(
    decoded: Callable[[int], DecodedPicture], query: Vector, model: ImageEmbedder, field: str, scale: Scale
) -> Box | None:
    """The part that is clearly nearer to a query than the whole picture; None if there is no such part.

    `decoded` gives the picture with a shorter side of that many pixels; its first view is used. `query` is a
    vector that can be compared with the vectors of `field`, and `scale` is the scale of their similarities.
    Raises what `decoded` raises, and ModelError when the model fails.
    """
    picture = decoded(round(model.input_size / _SIDE))
    looks = model.look([picture.image, *(cropped(picture.image, part) for part in PARTS)])
    vectors = looks.semantic if field == SEMANTIC else looks.visual
    assert vectors is not None, "a leg uses a field only if the model makes its vectors"
    part = clearest((vectors @ query).tolist(), scale)
    return _in_file(part, picture) if part else None


def clearest(similarities: Sequence[float], scale: Scale) -> Box | None:
    """The matching box of PARTS, or None. `similarities` are of the whole picture, then of each of PARTS."""
    whole, *parts = similarities
    nearest, part = max(zip(parts, PARTS, strict=True), key=itemgetter(0))
    return part if nearest >= max(scale.centre, whole + _NEARER * scale.spread) else None


def cropped(picture: Image, part: Box) -> Image:
    width, height = picture.size
    left, right = round(part.left * width), round(part.right * width)
    return picture.crop((left, round(part.top * height), right, round(part.bottom * height)))


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

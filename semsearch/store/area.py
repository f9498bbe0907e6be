"""The condition that a document lies in an area of a map, which is a polygon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from semsearch.query import Area

# The strips into which a polygon is cut, each of which is a condition on two numbers.
_STRIPS = 64


def inside(area: Area, x: str, y: str) -> str:
    """The inside of a polygon, for the fields of two coordinates.

    It is cut into strips, and each strip into the stretches that lie inside.
    """
    heights = [corner[1] for corner in area.corners]
    low, high = min(heights), max(heights)
    borders = [low + (high - low) * n / _STRIPS for n in range(_STRIPS + 1)]
    boxes = _merged(
        (bottom, top, _stretches(area.corners, (bottom + top) / 2)) for bottom, top in pairwise(borders)
    )
    parts = [f"(@{x}:[{a:.6f} {b:.6f}] @{y}:[{c:.6f} {d:.6f}])" for a, b, c, d in boxes]
    # No document lies in a polygon without an inside.
    return f"({' | '.join(parts)})" if parts else f"@{x}:[2 2]"


def _merged(
    strips: Iterable[tuple[float, float, Iterable[tuple[float, float]]]],
) -> list[tuple[float, float, float, float]]:
    """Boxes of the stretches in strips, which are given by bottom and top, each box as high as can be.

    A box has its left, right, bottom and top.
    """
    found: list[tuple[float, float, float, float]] = []
    below: dict[tuple[float, float], int] = {}
    for bottom, top, stretches in strips:
        growing: dict[tuple[float, float], int] = {}
        for stretch in stretches:
            n = growing[stretch] = below.get(stretch, len(found))
            if n == len(found):
                found.append((*stretch, bottom, top))
            found[n] = (*found[n][:3], top)
        below = growing
    return found


def _stretches(corners: Sequence[tuple[float, float]], height: float) -> Iterator[tuple[float, float]]:
    """The stretches of a horizontal line that lie inside a polygon, by the even-odd rule."""
    crossings = sorted(
        ax + (height - ay) * (bx - ax) / (by - ay)
        for (ax, ay), (bx, by) in zip(corners, (*corners[1:], corners[0]), strict=True)
        if (ay > height) != (by > height)
    )
    yield from zip(crossings[::2], crossings[1::2], strict=True)

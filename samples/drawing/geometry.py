"""Lists of points: curves, arcs, stars and hills, in pixels of the finished picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import cos, pi, radians, sin
from random import Random
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]
Points: TypeAlias = list[Point]


def smooth(points: Sequence[Point], closed: bool = False, steps: int = 14) -> Points:
    """A Catmull-Rom curve through the points."""
    around = [points[-1], *points, *points[:2]] if closed else [points[0], *points, points[-1]]
    curve: Points = []
    for before, start, end, after in zip(around, around[1:], around[2:], around[3:], strict=False):
        for step in range(steps):
            t = step / steps
            curve.append(
                (
                    _spline(before[0], start[0], end[0], after[0], t),
                    _spline(before[1], start[1], end[1], after[1], t),
                )
            )
    return curve if closed else [*curve, points[-1]]


def _spline(before: float, start: float, end: float, after: float, t: float) -> float:
    return 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    )


def arc(x: float, y: float, rx: float, ry: float, start: float = 0, end: float = 360) -> Points:
    """Points on an ellipse; degrees run clockwise from three o'clock."""
    steps = max(8, int(abs(end - start) / 4))
    angles = (radians(start + (end - start) * step / steps) for step in range(steps + 1))
    return [(x + rx * cos(angle), y + ry * sin(angle)) for angle in angles]


def turned(points: Iterable[Point], degrees: float, around: Point) -> Points:
    """The points, turned clockwise around a centre."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    x0, y0 = around
    return [(x0 + (x - x0) * c - (y - y0) * s, y0 + (x - x0) * s + (y - y0) * c) for x, y in points]


def mirrored(points: Iterable[Point], axis: float) -> Points:
    """The points, mirrored at a vertical line."""
    return [(2 * axis - x, y) for x, y in points]


def hills(rng: Random, height: float, roughness: float, bottom: float = 480, step: float = 80) -> Points:
    """A soft skyline across the whole picture, closed at the bottom."""
    count = int(640 / step) + 3
    line = [((n - 1) * step, height + rng.uniform(-roughness, roughness)) for n in range(count)]
    return [(-step, bottom), *smooth(line), (640 + step, bottom)]


def wave(
    y: float, height: float, length: float, phase: float = 0, left: float = 0, right: float = 640
) -> Points:
    """A sine line from left to right."""
    count = int((right - left) / 4) + 1
    return [(left + 4 * n, y + height * sin(2 * pi * (left + 4 * n) / length + phase)) for n in range(count)]


def box(x0: float, y0: float, x1: float, y1: float) -> Points:
    """The four corners of a rectangle."""
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]

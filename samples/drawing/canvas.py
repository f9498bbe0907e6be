"""A canvas in pixels of the finished picture, drawn three times as large to get smooth edges."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFilter, ImageFont, ImageOps

from drawing.geometry import Point, Points, arc

WIDTH, HEIGHT = 640, 480
SCALE = 3

Rgb = tuple[int, ...]


@cache
def _font(size: float) -> ImageFont.FreeTypeFont:
    built_in = ImageFont.load_default(size)
    if not isinstance(built_in, ImageFont.FreeTypeFont):
        raise TypeError("this Pillow was built without FreeType; install the wheel from PyPI")
    # The other layout engine, Raqm, is on some machines only and would set the letters differently.
    return ImageFont.truetype(
        io.BytesIO(built_in.font_bytes), size * SCALE, layout_engine=ImageFont.Layout.BASIC
    )


def mix(one: str, other: str, share: float) -> str:
    """A colour between two: share 0 is the first, 1 the second."""
    pairs = zip(ImageColor.getrgb(one)[:3], ImageColor.getrgb(other)[:3], strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _gradient(size: tuple[int, int], colours: Sequence[str]) -> Image.Image:
    """An image that runs from the first colour at the top through all of them."""
    stops = [ImageColor.getrgb(colour)[:3] for colour in colours]
    column = Image.new("RGB", (1, size[1]))
    for y in range(size[1]):
        position = y / max(1, size[1] - 1) * (len(stops) - 1)
        n = min(int(position), len(stops) - 2)
        pairs = zip(stops[n], stops[n + 1], strict=True)
        column.putpixel((0, y), tuple(round(a + (b - a) * (position - n)) for a, b in pairs))
    return column.resize(size)


@cache
def _distance() -> Image.Image:
    """Distance from the middle: 0 there, 255 on the circle that touches the edges and outside of it."""
    # Pillow's own gradient reaches 255 in the corners only.
    return Image.radial_gradient("L").point(lambda value: min(255, value * 2**0.5))


class Canvas:
    """What the scenes draw on: 640 × 480, origin at the top left. Colours are #rrggbb or #rrggbbaa."""

    def __init__(self) -> None:
        self._image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), "white")
        self._pen = ImageDraw.Draw(self._image, "RGBA")

    def finished(self) -> Image.Image:
        """The picture in its final size."""
        return self._image.reduce(SCALE)

    def polygon(self, points: Sequence[Point], fill: str) -> None:
        self._pen.polygon(_scaled(points), fill)

    def ellipse(self, x: float, y: float, rx: float, ry: float | None = None, fill: str = "#000000") -> None:
        self.polygon(arc(x, y, rx, rx if ry is None else ry), fill)

    def box(self, x0: float, y0: float, x1: float, y1: float, fill: str, radius: float = 0) -> None:
        self._pen.rounded_rectangle((x0 * SCALE, y0 * SCALE, x1 * SCALE, y1 * SCALE), radius * SCALE, fill)

    def frame(
        self, x0: float, y0: float, x1: float, y1: float, colour: str, width: float = 1, radius: float = 0
    ) -> None:
        """The outline of a box."""
        edge = (x0 * SCALE, y0 * SCALE, x1 * SCALE, y1 * SCALE)
        self._pen.rounded_rectangle(edge, radius * SCALE, outline=colour, width=round(width * SCALE))

    def line(self, points: Sequence[Point], colour: str, width: float = 1) -> None:
        """A line with round ends and joints; give it an opaque colour, or the joints show."""
        scaled = _scaled(points)
        self._pen.line(scaled, colour, round(width * SCALE), joint="curve")
        radius = width * SCALE / 2
        for x, y in (scaled[0], scaled[-1]):
            self._pen.ellipse((x - radius, y - radius, x + radius, y + radius), colour)

    def arrow(self, start: Point, end: Point, colour: str, width: float = 2.5, head: float = 10) -> None:
        """A straight line with a triangle at its end."""
        length = max(((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5, 1)
        ux, uy = (end[0] - start[0]) / length, (end[1] - start[1]) / length
        neck = (end[0] - ux * head, end[1] - uy * head)
        self.line([start, neck], colour, width)
        side = head * 0.55
        wings = [(neck[0] - uy * side, neck[1] + ux * side), (neck[0] + uy * side, neck[1] - ux * side)]
        self.polygon([end, *wings], colour)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 16,
        fill: str = "#222222",
        anchor: str = "lm",
        bold: bool = False,
    ) -> None:
        """Words in Pillow's own font; anchors as in Pillow (lm: left, middle)."""
        stroke = max(1, round(size * SCALE / 40)) if bold else 0
        self._pen.text(
            (x * SCALE, y * SCALE), words, fill, _font(size), anchor, stroke_width=stroke, stroke_fill=fill
        )

    def typed(self, x: float, y: float, words: str, size: float, fill: str) -> None:
        """Words as on a terminal: every letter centred in a cell of the same width."""
        for n, letter in enumerate(words):
            self.text(x + (n + 0.5) * size * 0.6, y, letter, size, fill, "mm")

    def shaded(self, points: Sequence[Point], *colours: str) -> None:
        """A shape filled with a gradient from its top to its bottom."""
        scaled = _scaled(points)
        left, top = (int(min(point[axis] for point in scaled)) for axis in (0, 1))
        right, bottom = (int(max(point[axis] for point in scaled)) + 1 for axis in (0, 1))
        mask = Image.new("L", (right - left, bottom - top))
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in scaled], 255)
        self._image.paste(_gradient(mask.size, colours), (left, top), mask)

    def sky(self, *colours: str, top: float = 0, bottom: float = HEIGHT) -> None:
        """A gradient over the whole width, from top to bottom."""
        size = (WIDTH * SCALE, round((bottom - top) * SCALE))
        self._image.paste(_gradient(size, colours), (0, round(top * SCALE)))

    def ball(self, x: float, y: float, rx: float, ry: float, light: str, dark: str) -> None:
        """An ellipse lit from the upper left."""
        size = (round(2 * rx * SCALE), round(2 * ry * SCALE))
        falloff = Image.radial_gradient("L").resize((size[0] * 2, size[1] * 2))
        left, top = size[0] * 2 // 3, size[1] * 2 // 3
        falloff = falloff.crop((left, top, left + size[0], top + size[1]))
        mask = Image.new("L", size)
        ImageDraw.Draw(mask).ellipse((0, 0, size[0] - 1, size[1] - 1), 255)
        shade = ImageOps.colorize(falloff, light, dark)
        self._image.paste(shade, (round((x - rx) * SCALE), round((y - ry) * SCALE)), mask)

    def glow(self, x: float, y: float, radius: float, colour: str, strength: float = 1) -> None:
        """Light that fades towards a circle."""
        edge = round(2 * radius * SCALE)
        fade = ImageOps.invert(_distance()).point(lambda value: value * strength)
        mask = fade.resize((edge, edge), Image.Resampling.BICUBIC)
        corner = (round((x - radius) * SCALE), round((y - radius) * SCALE))
        self._image.paste(Image.new("RGB", mask.size, colour), corner, mask)

    def shadow(
        self,
        points: Sequence[Point],
        blur: float = 8,
        dx: float = 4,
        dy: float = 6,
        strength: float = 0.35,
        colour: str = "#000000",
    ) -> None:
        """The soft shadow of a shape; draw it ahead of the shape."""
        # A blur needs no detail: at the final size it is nine times as fast.
        mask = Image.new("L", (WIDTH, HEIGHT))
        ImageDraw.Draw(mask).polygon([(x + dx, y + dy) for x, y in points], round(255 * strength))
        mask = mask.filter(ImageFilter.GaussianBlur(blur)).resize(self._image.size, Image.Resampling.BILINEAR)
        self._image.paste(Image.new("RGB", mask.size, colour), (0, 0), mask)

    def darken_edges(self, strength: float = 0.3) -> None:
        """Draw the eye to the middle, as a lens does."""
        falloff = Image.radial_gradient("L").point(lambda value: 255 - max(0, value - 110) * strength)
        corners = falloff.resize((WIDTH * SCALE, HEIGHT * SCALE), Image.Resampling.BICUBIC)
        self._image.paste(ImageChops.multiply(self._image, Image.merge("RGB", [corners] * 3)))


def _scaled(points: Sequence[Point]) -> Points:
    return [(x * SCALE, y * SCALE) for x, y in points]

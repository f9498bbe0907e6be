"""Draw charts, screenshots, slides and pages by chance, with what each is called.

No photo or drawing of the training data is one, but folders are full of them. A network that never saw any
takes a white page with dots for snow, or for a sail.
"""

from __future__ import annotations

import colorsys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]

_SIDE = 320
_DARK, _GREY = (40, 40, 48), (180, 182, 186)
# fmt: off
_WORDS = (
    "amount", "answer", "balance", "bridge", "budget", "change", "city", "cost", "count", "date", "file",
    "first", "group", "house", "hour", "level", "light", "list", "market", "month", "name", "north", "note",
    "number", "office", "open", "order", "page", "people", "plan", "price", "range", "rate", "report",
    "road", "sales", "school", "second", "share", "south", "state", "summer", "time", "today", "total",
    "town", "value", "version", "water", "week", "winter", "year",
)
# fmt: on


@dataclass(frozen=True)
class Sheet:
    """A sheet to draw on, `side` pixels wide and high, with an ink that can be read on its paper."""

    draw: ImageDraw.ImageDraw
    chance: Random
    side: int
    ink: Colour

    def pale(self) -> Colour:
        """A colour on which dark ink can be read."""
        return mixed(self.colour(), (248, 248, 248), 0.7)

    def colour(self) -> Colour:
        red, green, blue = colorsys.hsv_to_rgb(
            self.chance.random(), self.chance.uniform(0.3, 0.9), self.chance.uniform(0.4, 0.95)
        )
        return round(255 * red), round(255 * green), round(255 * blue)

    def words(self, most: int = 4) -> str:
        return " ".join(self.chance.choices(_WORDS, k=self.chance.randint(1, most))).capitalize()

    def text(self, x: float, y: float, size: float, most: int = 4, fill: Colour | None = None) -> None:
        font = ImageFont.load_default(max(6.0, size))
        self.draw.text((x, y), self.words(most), fill=fill or self.ink, font=font)

    def lines(self, x: float, y: float, right: float, bottom: float) -> None:
        """Lines of text, ragged at their ends, between these edges."""
        size = self.chance.uniform(7, 13)
        while y < bottom - size:
            most = max(2, int((right - x) / (3.2 * size)))
            self.text(x, y, size, most)
            y += 1.5 * size


Drawing = Callable[[Sheet], None]


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """Two colours, with this share of the other one."""
    red, green, blue = (round((1 - share) * a + share * b) for a, b in zip(one, other, strict=True))
    return red, green, blue


def graphics(number: int, seed: int = 0) -> Iterator[tuple[Image.Image, tuple[str, ...]]]:
    """Pictures of all kinds in turn, with the names of each."""
    chance = Random(seed)
    for place in range(number):
        names, drawing = _KINDS[place % len(_KINDS)]
        yield _drawn(drawing, chance), names


def _drawn(drawing: Drawing, chance: Random) -> Image.Image:
    paper, ink = ((25, 28, 34), (225, 225, 230)) if chance.random() < 0.2 else ((255, 255, 255), _DARK)
    image = Image.new("RGB", (_SIDE, _SIDE), paper)
    sheet = Sheet(ImageDraw.Draw(image), chance, _SIDE, ink)
    if chance.random() < 0.4:
        sheet.draw.rectangle((0, 0, _SIDE, _SIDE), fill=mixed(paper, sheet.colour(), 0.06))
    drawing(sheet)
    return image


def _axes(sheet: Sheet) -> tuple[float, float, float, float]:
    left, top = sheet.side * sheet.chance.uniform(0.08, 0.16), sheet.side * sheet.chance.uniform(0.12, 0.22)
    right, bottom = sheet.side * sheet.chance.uniform(0.86, 0.96), sheet.side * sheet.chance.uniform(0.8, 0.9)
    sheet.text(left, top * 0.25, sheet.chance.uniform(11, 18))
    if sheet.chance.random() < 0.6:
        for step in range(1, 6):
            y = bottom - (bottom - top) * step / 6
            sheet.draw.line((left, y, right, y), fill=_GREY)
    sheet.draw.line(
        (left, top, left, bottom, right, bottom), fill=sheet.ink, width=sheet.chance.randint(1, 2)
    )
    for step in range(6):
        sheet.text(left + (right - left) * step / 6, bottom + 3, 8, 1)
    return left, top, right, bottom


def _bars(sheet: Sheet) -> None:
    left, top, right, bottom = _axes(sheet)
    number, colour = sheet.chance.randint(3, 12), sheet.colour()
    width = (right - left) / number
    for place in range(number):
        x, high = left + place * width, sheet.chance.uniform(0.1, 1) * (bottom - top)
        fill = sheet.colour() if sheet.chance.random() < 0.1 else colour
        sheet.draw.rectangle((x + 0.15 * width, bottom - high, x + 0.85 * width, bottom), fill=fill)


def _curves(sheet: Sheet) -> None:
    left, top, right, bottom = _axes(sheet)
    for _ in range(sheet.chance.randint(1, 3)):
        number, y = sheet.chance.randint(6, 30), sheet.chance.uniform(top, bottom)
        points = []
        for place in range(number):
            y = min(bottom, max(top, y + sheet.chance.gauss(0, (bottom - top) / 8)))
            points.append((left + (right - left) * place / (number - 1), y))
        colour = sheet.colour()
        if sheet.chance.random() < 0.3:
            fill = mixed(colour, (245, 245, 245), 0.7)
            sheet.draw.polygon([(left, bottom), *points, (right, bottom)], fill=fill)
        sheet.draw.line(points, fill=colour, width=sheet.chance.randint(1, 3))


def _dots(sheet: Sheet) -> None:
    left, top, right, bottom = _axes(sheet)
    slope, spread = sheet.chance.uniform(-1, 1), sheet.chance.uniform(0.04, 0.3)
    colour = sheet.colour()
    for _ in range(sheet.chance.randint(20, 120)):
        x = sheet.chance.random()
        y = min(1.0, max(0.0, 0.5 + slope * (x - 0.5) + sheet.chance.gauss(0, spread)))
        at = left + x * (right - left), bottom - y * (bottom - top)
        radius = sheet.chance.uniform(1.5, 3.5)
        sheet.draw.ellipse((at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius), fill=colour)


def _slices(sheet: Sheet) -> None:
    sheet.text(12, 10, sheet.chance.uniform(11, 18))
    radius, angle = sheet.side * sheet.chance.uniform(0.24, 0.36), 0.0
    middle = sheet.side * sheet.chance.uniform(0.4, 0.55)
    edges = (middle - radius, middle - radius + 20, middle + radius, middle + radius + 20)
    shares = [sheet.chance.uniform(0.3, 2) for _ in range(sheet.chance.randint(3, 8))]
    for share in shares:
        after = angle + 360 * share / sum(shares)
        sheet.draw.pieslice(edges, angle, after, fill=sheet.colour(), outline=(255, 255, 255))
        angle = after
    if sheet.chance.random() < 0.4:
        hole = radius * 0.5
        y = middle + 20
        sheet.draw.ellipse((middle - hole, y - hole, middle + hole, y + hole), fill=(255, 255, 255))


def _boxes(sheet: Sheet) -> None:
    number = sheet.chance.randint(4, 9)
    places = []
    for place in range(number):
        x = sheet.side * (0.08 + 0.31 * (place % 3)) + sheet.chance.uniform(-6, 6)
        y = sheet.side * (0.14 + 0.28 * (place // 3)) + sheet.chance.uniform(-6, 6)
        places.append((x, y, x + sheet.side * 0.22, y + sheet.side * 0.15))
    for one, other in pairwise(places):
        ends = one[2], (one[1] + one[3]) / 2, other[0], (other[1] + other[3]) / 2
        sheet.draw.line(ends, fill=sheet.ink, width=2)
    for left, top, right, bottom in places:
        if sheet.chance.random() < 0.2:
            x, y = (left + right) / 2, (top + bottom) / 2
            corners = [(left, y), (x, top), (right, y), (x, bottom)]
            sheet.draw.polygon(corners, fill=sheet.pale(), outline=sheet.ink)
        else:
            edges = left, top, right, bottom
            sheet.draw.rounded_rectangle(edges, 6, fill=sheet.pale(), outline=sheet.ink)
        sheet.text(left + 5, top + 12, 9, 2, _DARK)


def _rooms(sheet: Sheet) -> None:
    def split(left: float, top: float, right: float, bottom: float, depth: int) -> None:
        sheet.draw.rectangle((left, top, right, bottom), outline=sheet.ink, width=3)
        if depth == 0:
            sheet.text(left + 8, (top + bottom) / 2, 9, 1)
            return
        at = sheet.chance.uniform(0.35, 0.65)
        if right - left > bottom - top:
            middle = left + at * (right - left)
            split(left, top, middle, bottom, depth - 1)
            split(middle, top, right, bottom, depth - 1)
        else:
            middle = top + at * (bottom - top)
            split(left, top, right, middle, depth - 1)
            split(left, middle, right, bottom, depth - 1)

    split(24, 30, sheet.side - 24, sheet.side - 30, sheet.chance.randint(2, 3))


def _table(sheet: Sheet) -> None:
    rows, columns = sheet.chance.randint(6, 14), sheet.chance.randint(3, 6)
    high, wide = (sheet.side - 40) / rows, (sheet.side - 20) / columns
    sheet.draw.rectangle((10, 30, sheet.side - 10, 30 + high), fill=sheet.pale())
    for row in range(rows + 1):
        sheet.draw.line((10, 30 + row * high, sheet.side - 10, 30 + row * high), fill=_GREY)
    for column in range(columns + 1):
        sheet.draw.line((10 + column * wide, 30, 10 + column * wide, sheet.side - 10), fill=_GREY)
    for place in range(rows * columns):
        x, y = 14 + place % columns * wide, 33 + place // columns * high
        sheet.text(x, y, 8, 1, _DARK if place < columns else None)


def _page(sheet: Sheet) -> None:
    left, right = sheet.side * 0.1, sheet.side * 0.92
    sheet.text(left, 22, sheet.chance.uniform(13, 20))
    sheet.lines(left, 54, right, sheet.side * sheet.chance.uniform(0.6, 0.95))


def _slide(sheet: Sheet) -> None:
    if sheet.chance.random() < 0.6:
        sheet.draw.rectangle((0, 0, sheet.side, sheet.chance.uniform(30, 70)), fill=sheet.colour())
    sheet.text(20, 20, sheet.chance.uniform(18, 28), 3)
    for row in range(sheet.chance.randint(3, 6)):
        y = 96 + row * 34
        sheet.draw.ellipse((24, y + 4, 32, y + 12), fill=sheet.colour())
        sheet.text(42, y, 14, 4)


def _chat(sheet: Sheet) -> None:
    if sheet.chance.random() < 0.6:
        sheet.draw.rectangle((0, 0, sheet.side, sheet.side), fill=sheet.pale())
    sheet.draw.rectangle((0, 0, sheet.side, 36), fill=sheet.colour())
    theirs, ours = (255, 255, 255), sheet.pale()
    y = 48.0
    while y < sheet.side - 40:
        wide, high = sheet.chance.uniform(0.35, 0.65) * sheet.side, sheet.chance.uniform(26, 52)
        x, fill = sheet.chance.choice([(12, theirs), (sheet.side - wide - 12, ours)])
        sheet.draw.rounded_rectangle((x, y, x + wide, y + high), 9, fill=fill, outline=_GREY)
        sheet.text(x + 8, y + 7, 10, 4, _DARK)
        y += high + sheet.chance.uniform(8, 18)


def _window(sheet: Sheet) -> None:
    sheet.draw.rectangle((0, 0, sheet.side, 26), fill=sheet.colour())
    for place in range(3):
        sheet.draw.ellipse((8 + 16 * place, 8, 18 + 16 * place, 18), fill=sheet.colour())
    panel = (226, 228, 232) if sheet.ink == _DARK else (48, 52, 60)
    sheet.draw.rectangle((0, 26, 84, sheet.side), fill=panel)
    for row in range(8):
        sheet.text(10, 38 + row * 30, 10, 1)
    for row in range(sheet.chance.randint(4, 7)):
        y = 44 + row * 36
        sheet.text(98, y, 11, 3)
        if sheet.chance.random() < 0.5:
            sheet.draw.rounded_rectangle((256, y, 292, y + 18), 9, fill=sheet.colour())
        else:
            sheet.draw.rectangle((220, y, 304, y + 20), outline=_GREY)
    sheet.draw.rounded_rectangle((232, 284, 304, 308), 5, fill=sheet.colour())


def _code(sheet: Sheet) -> None:
    y = 14.0
    while y < sheet.side - 16:
        x = 16.0 + 18 * sheet.chance.randint(0, 3)
        for _ in range(sheet.chance.randint(1, 3)):
            fill = sheet.colour() if sheet.chance.random() < 0.6 else None
            sheet.text(x, y, 10, 1, fill)
            x += sheet.chance.uniform(40, 80)
        y += 16


# What each is called, and how it is drawn.
_KINDS: tuple[tuple[tuple[str, ...], Drawing], ...] = (
    (("a bar chart", "a chart", "a graph", "a diagram of numbers"), _bars),
    (("a line chart", "a chart", "a graph", "curves over time"), _curves),
    (("a scatter plot", "a chart", "a graph", "dots in a diagram"), _dots),
    (("a pie chart", "a chart", "a diagram of shares"), _slices),
    (("a flow chart", "a diagram", "boxes and arrows"), _boxes),
    (("a floor plan", "a plan of a house", "a drawing of rooms"), _rooms),
    (("a table", "a spreadsheet", "rows and columns of numbers"), _table),
    (("a page of text", "a document", "a letter", "a scan of a page"), _page),
    (("a presentation slide", "a slide", "a title and a list"), _slide),
    (("a screenshot of a chat", "messages on a phone", "a screenshot"), _chat),
    (("a screenshot of a program", "a window with settings", "a screenshot"), _window),
    (("a screenshot of source code", "program code", "a terminal"), _code),
)

"""Diagrams: boxes and arrows, plans and cycles."""

from __future__ import annotations

from random import Random

from drawing.canvas import Canvas, mix
from drawing.geometry import Point, Points, arc, box, smooth, turned, wave
from drawing.landscapes import cloud
from drawing.registry import picture

INK = "#26323f"


def step(c: Canvas, x: float, y: float, words: str, colour: str, width: float = 150) -> None:
    """A rounded box with centred words; a bar divides its lines."""
    lines = words.split("|")
    half = 17 + 9 * len(lines)
    shape = box(x - width / 2, y - half, x + width / 2, y + half)
    c.shadow(shape, 4, 1, 3, 0.22)
    c.box(x - width / 2, y - half, x + width / 2, y + half, colour, 10)
    c.frame(x - width / 2, y - half, x + width / 2, y + half, mix(colour, "#000000", 0.35), 1.4, 10)
    for n, line in enumerate(lines):
        c.text(x, y + (n - (len(lines) - 1) / 2) * 19, line, 15, INK, "mm")


def choice(c: Canvas, x: float, y: float, words: str) -> None:
    """A diamond that asks."""
    diamond: Points = [(x, y - 48), (x + 92, y), (x, y + 48), (x - 92, y)]
    c.shadow(diamond, 4, 1, 3, 0.22)
    c.polygon(diamond, "#ffe7a8")
    c.line([*diamond, diamond[0]], "#a98a3c", 1.6)
    for n, line in enumerate(words.split("|")):
        c.text(x, y - 9 + n * 18, line, 14, INK, "mm")


@picture("bread-flow-chart.png")
def bread_flow_chart(c: Canvas, _rng: Random) -> None:
    c.sky("#fffdf8", "#f7f1e6")
    c.text(320, 30, "Is the loaf done?", 24, INK, "mm", bold=True)
    for start, end in (
        ((110, 133), (110, 189)),
        ((186, 220), (226, 220)),
        ((412, 220), (452, 220)),
        ((320, 268), (320, 330)),
        ((528, 250), (528, 330)),
        ((246, 360), (196, 360)),
    ):
        c.arrow(start, end, "#66727f")
    c.line([(110, 332), (110, 254)], "#66727f", 2.5)
    c.arrow((110, 300), (110, 248), "#66727f")
    step(c, 110, 105, "Bake 25 min|under the lid", "#ffd9b8")
    step(c, 110, 220, "Knock on|the bottom", "#cfe6f7")
    choice(c, 320, 220, "Sounds|hollow?")
    step(c, 528, 220, "Take it out", "#d4efd0")
    step(c, 528, 360, "Cool for|one hour", "#d4efd0")
    step(c, 320, 360, "Back into|the oven", "#ffd9b8")
    step(c, 110, 360, "Wait 5|minutes", "#eadcf5")
    c.text(430, 204, "yes", 14, "#2f7a4a", "mm", bold=True)
    c.text(338, 294, "no", 14, "#b0432f", "lm", bold=True)
    c.text(320, 446, "An hour is long. The crust crackles meanwhile.", 14, "#8b7d68", "mm")


@picture("home-network.png")
def home_network(c: Canvas, _rng: Random) -> None:
    c.sky("#f4f8fd", "#e3ecf7")
    c.text(320, 32, "Home network", 24, INK, "mm", bold=True)
    router: Point = (320, 232)
    devices = (
        ((110, 130), "Laptop", True),
        ((96, 330), "Phone", True),
        ((300, 410), "Printer", False),
        ((520, 346), "Television", False),
        ((540, 180), "Desktop", False),
    )
    for (x, y), _name, wireless in devices:
        if wireless:
            for n in range(0, 20, 2):
                start, end = n / 20, (n + 1) / 20
                c.line(
                    [
                        (router[0] + (x - router[0]) * start, router[1] + (y - router[1]) * start),
                        (router[0] + (x - router[0]) * end, router[1] + (y - router[1]) * end),
                    ],
                    "#5a9bd8",
                    3,
                )
        else:
            c.line([router, (x, y)], "#e0a52f", 4)
    c.line([(320, 110), router], "#8a96a3", 5)
    cloud(c, 320, 96, 52, "#b9cfe6")
    c.text(320, 96, "Provider", 16, INK, "mm", bold=True)
    c.shadow(box(256, 206, 384, 262), 8, 2, 6, 0.35)
    for x in (274, 366):
        c.line([(x, 208), (x + (x - 320) * 0.2, 160)], "#2d3743", 5)
    c.shaded(box(256, 206, 384, 262), "#4a5663", "#222b35")
    for n, colour in enumerate(("#63e08a", "#63e08a", "#ff5a4f", "#63e08a")):
        c.glow(284 + n * 22, 234, 12, colour, 0.6)
        c.ellipse(284 + n * 22, 234, 4, fill=colour)
    c.text(320, 252, "Router", 12, "#dbe4ee", "mm")
    for (x, y), name, _wireless in devices:
        _device(c, x, y, name)
    c.line([(500, 438), (526, 438)], "#e0a52f", 4)
    c.text(534, 438, "cable", 13, INK)
    c.line([(500, 458), (508, 458)], "#5a9bd8", 3)
    c.line([(518, 458), (526, 458)], "#5a9bd8", 3)
    c.text(534, 458, "Wi-Fi", 13, INK)


def _device(c: Canvas, x: float, y: float, name: str) -> None:
    wide, tall = {"Phone": (16, 28), "Printer": (34, 18), "Television": (44, 27)}.get(name, (38, 25))
    c.shadow(box(x - wide, y - tall, x + wide, y + tall), 6, 2, 5, 0.3)
    c.box(x - wide, y - tall, x + wide, y + tall, "#2d3743", 5)
    if name == "Printer":
        c.box(x - 24, y - 34, x + 24, y - 10, "#ffffff", 2)
        c.box(x - 26, y + 4, x + 26, y + 10, "#8a96a3", 2)
    else:
        c.shaded(box(x - wide + 4, y - tall + 4, x + wide - 4, y + tall - 5), "#8fc7f2", "#4a8fd0")
    if name == "Laptop":
        c.shaded(
            [(x - 44, y + 25), (x + 44, y + 25), (x + 56, y + 36), (x - 56, y + 36)], "#cfd7df", "#8a96a3"
        )
    if name in ("Television", "Desktop"):
        c.box(x - 5, y + tall, x + 5, y + tall + 8, "#2d3743")
        c.box(x - 20, y + tall + 7, x + 20, y + tall + 11, "#2d3743", 2)
    c.text(x, y + tall + 24, name, 14, INK, "mm")


# Left, top, right, bottom and floor of each room.
ROOMS = (
    (70, 70, 330, 270, "#fdf1dc"),
    (330, 70, 570, 220, "#e2eef7"),
    (70, 270, 250, 420, "#e6f3e2"),
    (250, 270, 400, 420, "#f2f2f2"),
    (400, 220, 570, 420, "#e3f1f1"),
)
ROOM_NAMES = (
    (200, 97, "Living room", 24.6),
    (394, 136, "Bedroom", 16.8),
    (184, 336, "Kitchen", 12.5),
    (325, 336, "Hall", 10.1),
    (484, 316, "Bathroom", 9.4),
)


@picture("floor-plan.png")
def floor_plan(c: Canvas, _rng: Random) -> None:
    c.sky("#fbfbf8", "#f2f1ea")
    for n in range(0, 640, 20):
        c.line([(n, 0), (n, 480)], "#e9edf0", 0.7)
        c.line([(0, n), (640, n)], "#e9edf0", 0.7)
    for x0, y0, x1, y1, colour in ROOMS:
        c.box(x0, y0, x1, y1, colour)
    c.box(330, 220, 400, 270, "#f2f2f2")
    wall = "#2d3743"
    for x0, y0, x1, y1, _ in ROOMS:
        c.frame(x0 - 3, y0 - 3, x1 + 3, y1 + 3, wall, 6)
    c.box(326, 223, 404, 270, "#f2f2f2")
    for x0, y0, x1, y1 in ((333, 262, 397, 280), (253, 262, 300, 280), (300, 266, 330, 274)):
        c.box(x0, y0, x1, y1, "#f2f2f2")
    for x0, y0, x1, y1 in ((130, 64, 230, 73), (420, 64, 500, 73), (61, 320, 73, 380), (567, 290, 576, 350)):
        c.box(x0, y0, x1, y1, "#ffffff")
        c.frame(x0, y0, x1, y1, "#5a9bd8", 2)
    doors = (
        (290, 420, 44, 180, 270),
        (340, 222, 44, 270, 360),
        (250, 300, 42, 0, 90),
        (400, 300, 40, 90, 180),
    )
    for x, y, r, start, end in doors:
        sweep = arc(x, y, r, r, start, end)
        c.polygon([(x, y), *sweep], "#ffffffc0")
        c.line(sweep, "#8a96a3", 1.2)
        c.line([(x, y), sweep[0]], "#8a96a3", 2.4)
    furniture = "#b8c2cc"
    for x0, y0, x1, y1, r in (
        (90, 220, 210, 256, 8),
        (150, 130, 230, 180, 6),
        (440, 90, 550, 190, 8),
        (86, 388, 236, 408, 2),
        (86, 290, 106, 388, 2),
        (500, 370, 556, 408, 20),
        (424, 236, 556, 276, 16),
    ):
        c.box(x0, y0, x1, y1, "#ffffff", r)
        c.frame(x0, y0, x1, y1, furniture, 2, r)
    for y in (98, 144):
        c.box(446, y, 476, y + 38, "#eef2f5", 5)
        c.frame(446, y, 476, y + 38, furniture, 1.5, 5)
    for x, y, name, area in ROOM_NAMES:
        c.text(x, y, name, 16, INK, "mm", bold=True)
        c.text(x, y + 21, f"{area} sq m", 13, "#66727f", "mm")
    c.arrow((70, 446), (570, 446), "#66727f", 1.4, 8)
    c.arrow((570, 446), (70, 446), "#66727f", 1.4, 8)
    c.box(286, 436, 354, 456, "#f2f1ea")
    c.text(320, 446, "10.20 m", 13, "#4d5965", "mm")
    c.text(70, 36, "Second floor, 73.4 sq m", 20, INK, bold=True)
    c.arrow((590, 54), (590, 22), INK, 2, 12)
    c.text(606, 40, "N", 16, INK, "mm", bold=True)


@picture("water-cycle.png")
def water_cycle(c: Canvas, rng: Random) -> None:
    c.sky("#8ccaf2", "#e3f3fb", bottom=330)
    c.glow(90, 70, 120, "#fff3b0", 0.9)
    c.ball(90, 70, 36, 36, "#fff6c0", "#f7c13a")
    c.shaded(
        [
            (330, 400),
            *smooth([(330, 400), (420, 250), (480, 130), (540, 230), (640, 300)]),
            (660, 480),
            (330, 480),
        ],
        "#8f9b8c",
        "#6f8f5a",
        "#4d7d3c",
    )
    c.polygon([(480, 130), (452, 178), (470, 170), (484, 184), (498, 166), (514, 186)], "#ffffff")
    c.shaded([*wave(372, 4, 120, 0, 0, 372), (420, 480), (0, 480)], "#3f9fd4", "#17578f")
    c.shaded([(372, 374), (640, 350), (640, 480), (340, 480)], "#7d5c3c", "#4e3722")
    c.shaded(
        [(372, 366), *smooth([(372, 366), (480, 350), (650, 330)]), (650, 366), (380, 382)],
        "#7fbf5a",
        "#4d8f38",
    )
    c.line(smooth([(488, 190), (470, 250), (494, 300), (430, 340), (366, 374)]), "#3f9fd4", 8)
    cloud(c, 250, 96, 44, "#ffffff")
    cloud(c, 490, 78, 56, "#8d9dac")
    for _ in range(34):
        x, y = rng.uniform(440, 560), rng.uniform(112, 190)
        c.line([(x, y), (x - 4, y + 12)], "#2f7fc4", 2)
    red = "#d6403a"
    for x in (110, 160, 210):
        points = smooth([(x, 356), (x - 10, 300), (x + 10, 250), (x + 4, 190)])
        c.line(points, red, 3)
        c.polygon(turned([(x + 4, 170), (x - 6, 192), (x + 14, 192)], -4, (x + 4, 184)), red)
    c.arrow((316, 92), (410, 84), red, 3.5, 14)
    c.line(smooth([(560, 390), (500, 430), (420, 436)]), "#7cc4f0", 4)
    c.arrow((430, 436), (352, 430), "#7cc4f0", 4, 14)
    for x, y, words, colour in (
        (296, 262, "Evaporation", INK),
        (250, 40, "Condensation", INK),
        (566, 44, "Precipitation", INK),
        (560, 322, "Run-off", "#ffffff"),
        (530, 452, "Groundwater", "#ffffff"),
        (120, 420, "Ocean", "#ffffff"),
    ):
        c.text(x, y, words, 18, colour, "mm", bold=True)

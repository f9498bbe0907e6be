"""Sand, waves and boats."""

from __future__ import annotations

from random import Random

from drawing.canvas import Canvas, mix
from drawing.geometry import Points, smooth, wave
from drawing.landscapes import cloud
from drawing.registry import picture


@picture("beach-at-sunset.png")
def beach_at_sunset(c: Canvas, rng: Random) -> None:
    c.sky("#3b2a63", "#a2456f", "#f0795a", "#fdc878", bottom=270)
    c.glow(330, 262, 240, "#ffe9a8", 0.85)
    c.ellipse(330, 250, 46, fill="#fff3c4")
    c.sky("#e58c62", "#8c5274", "#38406e", top=262, bottom=400)
    for _ in range(90):
        y = rng.uniform(266, 372)
        reach = 20 + (y - 262) * 0.9
        x, half = 330 + rng.uniform(-reach, reach), rng.uniform(6, 26)
        c.ellipse(x, y, half, 1.2, "#ffdf9c90")
    c.shaded([*wave(372, 7, 300), (640, 480), (0, 480)], "#f5d7b0", "#d9a672", "#b07a52")
    c.line(wave(372, 7, 300), "#fff1dd", 4)
    c.line(wave(385, 5, 260, 1), "#c2905f", 2)
    for side in (0, 1):
        x, lean = 560 + 36 * side, 34 - 18 * side
        trunk = smooth([(x, 480), (x - lean * 0.5, 330), (x - lean * 1.6, 190 - 26 * side)])
        c.line(trunk, "#2a1c2c", 9 - 2 * side)
        top = trunk[-1]
        for dx, dy in ((-88, 18), (-66, -36), (-10, -58), (52, -40), (82, 12), (40, 46), (-46, 50)):
            rib = smooth([top, (top[0] + dx * 0.55, top[1] + dy * 0.5 - 22), (top[0] + dx, top[1] + dy)])
            back = smooth([(top[0] + dx, top[1] + dy), (top[0] + dx * 0.5, top[1] + dy * 0.5 - 4), top])
            c.polygon(rib + back, "#2a1c2c")
    for x, y, s in ((180, 110, 12), (212, 92, 9), (150, 84, 8)):
        c.line(
            smooth(
                [
                    (x - s, y - s * 0.4),
                    (x - s * 0.4, y - s * 0.6),
                    (x, y),
                    (x + s * 0.4, y - s * 0.6),
                    (x + s, y - s * 0.4),
                ]
            ),
            "#3a2140",
            2,
        )


@picture("sailing-boat.png")
def sailing_boat(c: Canvas, rng: Random) -> None:
    c.sky("#5aa7e0", "#bfe3f7", bottom=300)
    cloud(c, 500, 80, 44)
    cloud(c, 130, 130, 30, "#ffffffd0")
    c.shaded(
        [(0, 300), *smooth([(0, 285), (70, 268), (150, 282), (230, 296)]), (230, 300)], "#7fa596", "#5d8577"
    )
    c.sky("#4fb0cf", "#1f7aa8", "#0f4f7c", top=298)
    for _ in range(150):
        y = 302 + 170 * rng.random() ** 1.5
        c.ellipse(rng.uniform(0, 640), y, 5 + (y - 300) * 0.12, 0.8 + (y - 300) * 0.007, "#c8edf850")
    c.shaded([(240, 404), (440, 404), (400, 470), (300, 470)], "#0d4268", "#0f4f7c")
    c.line([(330, 90), (330, 380)], "#6b4a2f", 6)
    mainsail = [
        (338, 96),
        *smooth([(338, 96), (420, 220), (462, 352)]),
        *smooth([(462, 352), (400, 362), (338, 356)]),
    ]
    c.shaded(mainsail, "#ffffff", "#f1e7d5", "#d9cbb2")
    for y in (180, 250, 310):
        c.line([(340, y), (338 + (y - 96) * 0.46, y + 4)], "#d0c2a8", 1.5)
    jib = [
        (322, 110),
        *smooth([(322, 110), (262, 240), (212, 352)]),
        *smooth([(212, 352), (270, 346), (322, 352)]),
    ]
    c.shaded(jib, "#f06a50", "#d6402f")
    hull = [
        *smooth([(196, 370), (340, 380), (478, 366)]),
        *smooth([(478, 366), (450, 408), (420, 420)]),
        (250, 420),
        *smooth([(250, 420), (222, 404), (196, 370)]),
    ]
    c.shaded(hull, "#ffffff", "#dfe6ea", "#2d4f78", "#1e3a5d")
    c.polygon([(330, 90), (330, 72), (368, 82)], "#e2b33c")
    c.line(wave(424, 3, 60, 0, 190, 500), "#e8f7fc", 4)
    for x, y, s in ((520, 190, 14), (560, 170, 10), (110, 210, 10)):
        c.line(
            smooth([(x - s, y - 4), (x - s / 2, y - 8), (x, y), (x + s / 2, y - 8), (x + s, y - 4)]),
            "#ffffff",
            2.5,
        )


@picture("lighthouse.png")
def lighthouse(c: Canvas, rng: Random) -> None:
    c.sky("#141d33", "#2d3f5a", "#6d7f92", bottom=330)
    for _ in range(26):
        x, y = rng.uniform(-40, 660), rng.uniform(10, 150)
        c.ellipse(x, y, rng.uniform(60, 130), rng.uniform(14, 34), "#1a243c70")
    for beam in ([(430, 108), (0, 30), (0, 150)], [(430, 108), (640, 60), (640, 140)]):
        c.polygon(beam, "#ffeeb050")
    c.sky("#31506a", "#142a40", top=320)
    for row in range(9):
        y = 326 + row * row * 2.1
        c.shaded(
            [*wave(y, 3 + row * 1.3, 90 + row * 26, rng.uniform(0, 6)), (640, 480), (0, 480)],
            mix("#46687f", "#173048", row / 9),
            "#10263c",
        )
        for _ in range(14):
            c.ellipse(
                rng.uniform(0, 640), y + rng.uniform(-3, 4), rng.uniform(6, 16 + row * 3), 1.2, "#e4f0f690"
            )
    rock = smooth([(300, 420), (340, 352), (390, 340), (430, 326), (500, 338), (560, 376), (640, 400)])
    c.shaded([*rock, (660, 480), (270, 480)], "#4c4a4e", "#232429")
    tower = [(398, 336), (408, 140), (452, 140), (462, 336)]
    c.shaded(tower, "#f5f2ea", "#d9d6cf")
    for n in range(3):
        y0, y1 = 168 + n * 62, 198 + n * 62
        c.polygon(
            [
                (408 - (y0 - 140) * 0.051, y0),
                (452 + (y0 - 140) * 0.051, y0),
                (452 + (y1 - 140) * 0.051, y1),
                (408 - (y1 - 140) * 0.051, y1),
            ],
            "#c53a35",
        )
    c.polygon([(436, 140), (452, 140), (462, 336), (440, 336)], "#00000038")
    c.box(398, 132, 462, 142, "#2b2f38", 2)
    c.box(412, 88, 448, 132, "#fff4c0")
    for x in (412, 424, 436, 448):
        c.line([(x, 88), (x, 132)], "#2b2f38", 2)
    c.polygon([(404, 90), (430, 62), (456, 90)], "#a92f2c")
    c.glow(430, 110, 90, "#fff2b8", 0.8)
    c.shaded([(470, 336), (470, 300), (540, 300), (540, 346)], "#e6e2d8", "#c2bdb2")
    c.polygon([(462, 302), (486, 276), (526, 276), (548, 302)], "#7b3a33")
    c.box(496, 312, 512, 328, "#ffd98a")
    for _ in range(60):
        down = rng.random()
        x, y = 304 - 40 * down + rng.gauss(0, 12), 410 + 72 * down + rng.gauss(0, 5)
        c.ellipse(x, y, rng.uniform(3, 11), rng.uniform(1.5, 5), "#ffffffa0")
    for _ in range(170):
        x, y = rng.uniform(-20, 640), rng.uniform(0, 480)
        c.line([(x, y), (x - 7, y + 18)], "#c8d6e2", 0.4)
    _schooner(c, 130, 352)


def _schooner(c: Canvas, x: float, y: float) -> None:
    """A small ship that heels over."""
    hull: Points = [(x - 56, y - 12), (x + 60, y + 8), (x + 40, y + 30), (x - 40, y + 18)]
    c.shaded(hull, "#3a2a24", "#1c1412")
    for mast, height in ((-18, 92), (20, 80)):
        c.line([(x + mast, y), (x + mast + 26, y - height)], "#2a1d18", 3)
        c.polygon(
            [(x + mast + 4, y - 8), (x + mast + 25, y - height + 6), (x + mast + 44, y - 12)], "#d8d2c4"
        )

"""Things on a table."""

from __future__ import annotations

from math import radians, sin
from random import Random

from drawing.canvas import Canvas, mix
from drawing.geometry import Points, arc, box, smooth, turned
from drawing.registry import picture


def table(c: Canvas, wall: tuple[str, str], wood: tuple[str, str], edge: float, rng: Random) -> None:
    """A wall, and a wooden table with its grain."""
    c.sky(*wall, bottom=edge)
    c.sky(*wood, top=edge)
    for _ in range(34):
        x, y = rng.uniform(-100, 600), rng.uniform(edge + 8, 478)
        c.line(
            smooth([(x, y), (x + 80, y + rng.uniform(-3, 3)), (x + rng.uniform(140, 260), y)]),
            mix(*wood, 0.9),
            1.2,
        )


@picture("bowl-of-fruit.png")
def bowl_of_fruit(c: Canvas, rng: Random) -> None:
    table(c, ("#40566a", "#6d8597"), ("#c08a58", "#8a5a34"), 330, rng)
    c.shadow(arc(320, 424, 190, 20), 12, 10, 4, 0.55)
    banana = smooth(
        [(150, 196), (188, 254), (270, 288), (360, 282), (350, 304), (262, 318), (170, 280), (134, 206)],
        closed=True,
    )
    c.ball(400, 222, 66, 64, "#ffb84d", "#d9731a")
    for _ in range(60):
        c.ellipse(400 + rng.gauss(0, 26), 224 + rng.gauss(0, 24), 0.9, fill="#b9601490")
    c.ball(296, 206, 70, 66, "#ff7a66", "#a3141e")
    c.line(smooth([(296, 152), (300, 132), (312, 118)]), "#5a3a1e", 5)
    c.shaded(smooth([(304, 136), (330, 112), (362, 118), (338, 142)], closed=True), "#8fd060", "#3f8a2e")
    c.glow(274, 182, 26, "#ffffff", 0.55)
    c.ball(214, 236, 52, 56, "#d8ec7a", "#7ba32c")
    c.shaded(smooth([(188, 216), (204, 176), (222, 172), (240, 214)]), "#cfe56e", "#bcd65a")
    c.line([(213, 176), (218, 156)], "#5a3a1e", 4)
    c.shaded(banana, "#ffe873", "#e8b52c")
    c.line(smooth([(142, 204), (186, 266), (270, 302), (354, 292)]), "#c98f1e", 2)
    for x, y in (
        (438, 272),
        (462, 258),
        (486, 274),
        (448, 292),
        (472, 288),
        (460, 306),
        (496, 296),
        (480, 310),
        (424, 296),
        (506, 278),
    ):
        c.ball(x, y, 17, 17, "#a88ae0", "#3d1f70")
    bowl = [
        (116, 300),
        (524, 300),
        *smooth([(524, 300), (486, 384), (400, 420), (240, 420), (154, 384), (116, 300)]),
    ]
    c.shaded(bowl, "#fafdff", "#c9dbe8", "#86a4bc")
    c.line([(118, 302), (522, 302)], "#ffffff", 6)
    c.line(smooth([(132, 332), (220, 342), (320, 345), (420, 342), (508, 332)]), "#2f6fb0", 7)
    for n in range(9):
        c.ellipse(172 + n * 37, 364 - abs(n - 4) * 2, 7, fill="#2f6fb0")
    c.box(250, 418, 390, 430, "#7f9cb4", 4)


@picture("cup-of-coffee.png")
def cup_of_coffee(c: Canvas, rng: Random) -> None:
    table(c, ("#3b2b24", "#5d4436"), ("#9c6b45", "#6a432a"), 250, rng)
    for _ in range(22):
        c.glow(
            rng.uniform(0, 640),
            rng.uniform(10, 210),
            rng.uniform(10, 34),
            rng.choice(("#ffcf85", "#ffb066", "#fff0c8")),
            0.4,
        )
    c.shadow(arc(320, 392, 210, 40), 12, 8, 10, 0.6)
    c.shaded(arc(320, 384, 206, 46), "#fffdf8", "#d2c6b6")
    c.shaded(arc(320, 380, 150, 30), "#e2d7c8", "#f6efe5")
    for width, colour in ((30, "#cfc2b1"), (18, "#6a4a38")):
        c.line(smooth([(430, 250), (498, 244), (512, 296), (470, 330), (420, 336)]), colour, width)
    c.line(smooth([(430, 250), (498, 244), (512, 296), (470, 330), (420, 336)]), "#f6efe5", 22)
    cup = [
        (196, 226),
        (444, 226),
        *smooth([(444, 226), (432, 320), (390, 380), (250, 380), (208, 320), (196, 226)]),
    ]
    c.shaded(cup, "#fffdf8", "#efe5d8", "#c3b4a2")
    c.shaded(arc(320, 226, 124, 32), "#efe5d8", "#ffffff")
    c.shaded(arc(320, 230, 112, 26), "#4a2817", "#7a4728")
    heart = smooth([(320, 250), (262, 230), (284, 212), (320, 222), (356, 212), (378, 230)], closed=True)
    c.polygon(heart, "#f2dfc2")
    c.line(smooth([(300, 222), (310, 232), (320, 236), (330, 232), (340, 222)]), "#b8855a", 3)
    for x, phase in ((270, 0), (322, 20), (372, -10)):
        for width, colour in ((16, "#ffffff14"), (8, "#ffffff26")):
            steam = smooth(
                [(x, 208), (x - 20 + phase, 160), (x + 18, 116), (x - 8 + phase, 60), (x + 12, 20)]
            )
            for n, point in enumerate(steam):
                c.ellipse(*point, width * (0.5 + n / len(steam)), fill=colour)
    for x, y, lean in ((92, 402, 20), (132, 432, -30), (70, 440, 70), (548, 430, 40), (584, 402, -20)):
        c.shadow(turned(arc(x, y, 19, 13), lean, (x, y)), 4, 3, 5, 0.5)
        c.shaded(turned(arc(x, y, 19, 13), lean, (x, y)), "#7a4a2c", "#3a1f10")
        c.line(turned(smooth([(x - 16, y), (x, y + 4), (x + 16, y)]), lean, (x, y)), "#2a150a", 2.4)


@picture("IMG_0690.jpg")
def birthday_cake(c: Canvas, rng: Random) -> None:
    table(c, ("#3c2a4d", "#7a4f78"), ("#d8b48c", "#a97c50"), 360, rng)
    for n in range(9):
        x, y = 20.0 + n * 75, 60 + 26 * sin(radians(n * 22.5))
        c.polygon(
            [(x, y), (x + 56, y + 3), (x + 28, y + 54)], ("#f2637e", "#ffd65c", "#63c7e0", "#8fd06a")[n % 4]
        )
    c.line([(20 + n * 75 - 20, 58 + 26 * sin(radians(n * 22.5))) for n in range(10)], "#f7efe2", 2.5)
    c.shadow(arc(320, 424, 200, 18), 10, 0, 8, 0.5)
    c.shaded(arc(320, 416, 210, 26), "#ffffff", "#c9d3dc")
    for x0, x1, y0, y1, colour in ((160, 480, 290, 410, "#f7a8c4"), (210, 430, 200, 300, "#fff0d4")):
        middle = (x0 + x1) / 2
        side = [(x0, y0), (x1, y0), *arc(middle, y1, (x1 - x0) / 2, 18, 0, 180)]
        c.shaded(side, colour, mix(colour, "#8a4a5c", 0.3))
        drip: Points = [(x0, y0)]
        count = int((x1 - x0) / 20)
        for n in range(count + 1):
            drip.append((x0 + n * (x1 - x0) / count, y0 + (14 if n % 2 else 34) + rng.uniform(0, 12)))
        c.polygon([*smooth(drip), (x1, y0)], "#7a3f2c")
        c.shaded(arc(middle, y0, (x1 - x0) / 2, 18), "#96553c", "#7a3f2c")
    for _ in range(60):
        x, y = rng.uniform(170, 470), rng.uniform(348, 408)
        c.line(
            turned([(x - 4, y), (x + 4, y)], rng.uniform(0, 180), (x, y)),
            rng.choice(("#ffffff", "#63c7e0", "#ffd65c", "#8fd06a")),
            2.6,
        )
    for n in range(7):
        x, y = 236 + n * 28, 200 - 8 * sin(radians(n * 30)) + 4
        c.shaded(box(x - 4, y - 54, x + 4, y), ("#63c7e0", "#f2637e", "#8fd06a")[n % 3], "#ffffff")
        c.glow(x, y - 70, 34, "#ffd98a", 0.8)
        c.shaded(
            smooth([(x, y - 86), (x + 6, y - 66), (x, y - 56), (x - 6, y - 66)], closed=True),
            "#fff3b8",
            "#ff9a2e",
        )
    c.darken_edges(0.4)


@picture("IMG_0815.jpg")
def books_and_lamp(c: Canvas, rng: Random) -> None:
    table(c, ("#2a3a3f", "#46605f"), ("#8c5f3d", "#5c3a22"), 370, rng)
    c.glow(450, 190, 330, "#ffd98a", 0.75)
    c.polygon([(392, 190), (508, 190), (600, 400), (290, 400)], "#ffeebc30")
    c.shadow(arc(450, 414, 70, 10), 6, 6, 2, 0.6)
    c.shaded(arc(450, 408, 62, 14), "#c79a4a", "#7a5820")
    c.shaded(box(444, 190, 456, 408), "#e0b75e", "#8f6a2a")
    c.shaded([(412, 84), (488, 84), (528, 194), (372, 194)], "#fff2c8", "#f0b75c")
    c.line([(456, 194), (470, 230)], "#c79a4a", 2)
    y = 412.0
    c.shadow(box(90, 240, 320, 412), 10, 10, 8, 0.5)
    for height, left, right, colour in (
        (38, 84, 330, "#7a2f38"),
        (30, 104, 316, "#c9a24a"),
        (42, 92, 300, "#2f5570"),
        (26, 118, 322, "#5f7a4a"),
        (34, 100, 290, "#a8552f"),
    ):
        c.shaded(box(left, y - height, right, y), mix(colour, "#ffffff", 0.18), mix(colour, "#000000", 0.2))
        c.box(right - 16, y - height + 4, right - 3, y - 4, "#f2e6cc")
        for band in (left + 22, left + 34):
            c.box(band, y - height, band + 4, y, "#e8cf8c")
        c.box(left + 70, y - height / 2 - 3, left + 150, y - height / 2 + 3, "#f0dfae90", 3)
        y -= height
    verso = smooth([(200, 232), (160, 212), (112, 222)])
    recto = smooth([(200, 232), (240, 212), (288, 222)])
    c.polygon([*verso, (104, 240), (200, 244)], "#fdf6e4")
    c.polygon([*recto, (296, 240), (200, 244)], "#f0e4c8")
    c.darken_edges(0.45)

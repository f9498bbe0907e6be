"""Rooms that people have just left or are about to enter."""

from __future__ import annotations

from math import cos, radians, sin
from random import Random

from drawing.canvas import Canvas
from drawing.geometry import Points, arc, box, smooth
from drawing.registry import picture


@picture("lectern-on-a-stage.png")
def lectern_on_a_stage(c: Canvas, rng: Random) -> None:
    c.sky("#1b1020", "#2c1a30", bottom=350)
    for side in (0, 1):
        for n in range(7):
            fold = n * 22 if not side else 640 - (n + 1) * 22
            c.shaded(
                [(fold, 0), (fold + 22, 0), (fold + 20, 360), (fold + 2, 360)],
                "#8e1f2c",
                "#5a101c",
                "#761824",
            )
            c.line([(fold + 2, 0), (fold + 4, 360)], "#450b14", 3)
    for n in range(9):
        c.shaded(arc(40 + n * 70, 0, 44, 50, 0, 180), "#a52836", "#6a1420")
    c.sky("#a8714a", "#6d4326", top=350, bottom=400)
    c.sky("#3f2616", "#1a0f0a", top=400)
    c.polygon([(280, 0), (360, 0), (500, 386), (140, 386)], "#fff3d02c")
    c.polygon([(300, 0), (340, 0), (430, 386), (210, 386)], "#fff3d030")
    c.shaded(arc(320, 378, 170, 18), "#f4cf96", "#d6a468")
    c.shadow(arc(320, 384, 70, 8), 5, 0, 0, 0.5)
    c.shaded([(284, 220), (356, 220), (348, 380), (292, 380)], "#a86f42", "#6e4424")
    c.shaded([(252, 196), (388, 196), (366, 234), (274, 234)], "#c98a56", "#8a5a34")
    c.polygon([(268, 186), (372, 186), (388, 198), (252, 198)], "#e0a873")
    c.polygon([(292, 182), (336, 180), (342, 192), (292, 194)], "#ffffff")
    c.line(smooth([(356, 190), (362, 160), (348, 138)]), "#22222a", 4)
    c.ball(344, 132, 11, 13, "#9aa0aa", "#2a2c34")
    c.box(272, 164, 286, 188, "#cfe8f4b0", 2)
    c.ellipse(320, 296, 20, fill="#e9c07c")
    c.ellipse(320, 296, 14, fill="#a86f42")
    for row in range(3):
        for n in range(10 + row):
            x, y = 30 + n * 66 - row * 30 + rng.uniform(-6, 6), 424 + row * 28
            c.shaded(arc(x, y + 44, 32, 30, 180, 360), "#2b2433", "#171220")
            c.ball(x, y, 17 + row, 20 + row, "#4a3c50", "#1c1622")


@picture("cradle-at-night.png")
def cradle_at_night(c: Canvas, rng: Random) -> None:
    c.sky("#26345e", "#3d4d7c", bottom=390)
    for _ in range(70):
        x, y = rng.uniform(0, 640), rng.uniform(0, 380)
        c.polygon(_star(x, y, rng.uniform(2, 4)), "#5a6a9c")
    c.sky("#7a5a48", "#553c30", top=390)
    c.box(60, 50, 230, 250, "#f2ead8", 6)
    c.shaded(box(72, 62, 218, 238), "#0e1838", "#2f4274")
    c.glow(160, 126, 66, "#fff2c0", 0.5)
    c.ellipse(160, 126, 28, fill="#fff2c0")
    c.ellipse(172, 118, 25, fill="#15224a")
    for x, y in ((96, 90), (200, 90), (110, 200), (190, 190), (92, 150)):
        c.polygon(_star(x, y, 5), "#fff6d8")
    c.line([(145, 62), (145, 238)], "#f2ead8", 5)
    c.line([(72, 150), (218, 150)], "#f2ead8", 5)
    for left, right in ((36, 92), (198, 254)):
        c.shaded(
            [(left, 40), (right, 40), (right - 12 if left < 100 else right, 280), (left, 280)],
            "#7d8fc4",
            "#56669a",
        )
    c.shaded(arc(380, 452, 240, 26), "#a9788c", "#855a70")
    c.glow(400, 280, 220, "#ffdf9a", 0.3)
    c.line([(400, 0), (400, 66)], "#e6dcc4", 2)
    c.line([(330, 66), (470, 66)], "#e6dcc4", 4)
    for x, length, colour in (
        (334, 40, "#f7c6d2"),
        (378, 64, "#ffe28a"),
        (424, 44, "#a8dcc0"),
        (466, 62, "#a9c6f2"),
    ):
        c.line([(x, 66), (x, 66 + length)], "#e6dcc4", 1.4)
        c.polygon(_star(x, 66 + length + 12, 14), colour)
    for n in range(2):
        c.line(
            smooth(
                [
                    (252, 412 + n * 8),
                    (320, 438 + n * 8),
                    (400, 444 + n * 8),
                    (480, 438 + n * 8),
                    (548, 412 + n * 8),
                ]
            ),
            "#8a5c34",
            8,
        )
    body: Points = [(250, 300), (550, 300), (520, 420), (280, 420)]
    c.shadow(body, 10, 0, 14, 0.4)
    c.ball(326, 282, 50, 20, "#ffffff", "#ccd3e6")
    c.ball(330, 268, 24, 23, "#fbdcc4", "#dca586")
    c.line(arc(323, 268, 5, 4, 20, 160), "#6a4634", 1.6)
    c.line(arc(338, 268, 5, 4, 20, 160), "#6a4634", 1.6)
    c.line(arc(331, 276, 4, 3, 20, 160), "#b8685c", 1.6)
    c.line(smooth([(326, 246), (334, 240), (338, 248)]), "#7a4f30", 3)
    c.shaded(smooth([(346, 300), (370, 270), (450, 262), (530, 284), (544, 304)]), "#a8dcc0", "#74b494")
    c.shaded(body, "#d9a46a", "#a8723c")
    c.shaded(smooth([(500, 304), (512, 220), (548, 196), (572, 214), (556, 304)]), "#e4b57e", "#b07a42")
    for n in range(9):
        c.line([(276 + n * 31, 308), (294 + n * 26.4, 414)], "#8a5a2c", 3)
    c.box(244, 292, 556, 306, "#e4b57e", 6)
    for x, y, size in ((470, 210, 26), (500, 176, 20), (524, 148, 15)):
        c.text(x - 20, y, "z", size, "#e8ecf8", "mm", bold=True)


def _star(x: float, y: float, r: float) -> Points:
    points = []
    for n in range(10):
        radius = r if n % 2 == 0 else r * 0.45
        points.append((x + radius * sin(radians(n * 36)), y - radius * cos(radians(n * 36))))
    return points

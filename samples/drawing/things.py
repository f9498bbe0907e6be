"""Things that hang on a wall or lean against it."""

from __future__ import annotations

from math import cos, radians, sin
from random import Random

from drawing.canvas import Canvas
from drawing.geometry import Points, arc, box, mirrored, smooth, turned
from drawing.registry import picture


@picture("red-scarf.png")
def red_scarf(c: Canvas, rng: Random) -> None:
    c.sky("#dce8f2", "#bccfe0")
    for gap in range(0, 640, 80):
        c.line([(gap, 0), (gap, 480)], "#aec3d6", 2)
    c.box(0, 62, 640, 92, "#8a5f3c")
    c.box(0, 62, 640, 68, "#a97a50")
    for peg in (180, 330, 500):
        c.shadow(arc(peg, 84, 12, 12), 3, 3, 8)
        c.ball(peg, 82, 13, 13, "#e9c48a", "#7d5430")
    for n, (x0, x1, y1) in enumerate(((130, 212, 392), (196, 278, 344))):
        cloth = [
            *smooth([(160 - n * 2, 98), (140 + n * 44, 190), (x0, y1)]),
            *smooth([(x1, y1), (230 + n * 40, 190), (196 + n * 14, 90)]),
        ]
        c.shadow(cloth, 9, 8, 8, 0.35, "#20364c")
        c.shaded(cloth, "#d8303a", "#c11f2c", "#a01424")
        for step in range(1, 7):
            share = step / 7
            rib = smooth(
                [(160 + share * 40, 98), (140 + n * 44 + share * 88, 190), (x0 + share * (x1 - x0), y1)]
            )
            c.line(rib, "#8e1020", 2)
            c.line([(x - 3, y) for x, y in rib], "#e8525a", 1.4)
        for step in range(12):
            x = x0 + 4 + step * (x1 - x0 - 8) / 11
            c.line(
                smooth([(x, y1 - 4), (x + rng.uniform(-3, 3), y1 + 20), (x + rng.uniform(-6, 6), y1 + 42)]),
                "#b81c2a",
                3.6,
            )
        for band in (54, 42):
            c.line([(x0 + 3, y1 - band), (x1 - 3, y1 - band)], "#f7e6d4", 5)
    c.shaded(
        smooth([(150, 106), (160, 78), (190, 66), (226, 84), (238, 118), (196, 132)], closed=True),
        "#e8434c",
        "#b01a28",
    )
    for n, lean in ((0, -8), (1, 9)):
        _mitten(c, 396 + n * 126, 130, lean, mirror=n == 0)
    c.line(smooth([(394, 140), (420, 92), (460, 110), (500, 84), (516, 140)]), "#b81c2a", 5)
    c.sky("#f4f8fc", "#d6e4f0", top=456)
    for _ in range(50):
        x, y = rng.uniform(0, 640), rng.uniform(0, 480)
        c.ellipse(x, y, rng.uniform(1, 2.6), fill="#ffffffd0")


def _mitten(c: Canvas, x: float, y: float, lean: float, mirror: bool) -> None:
    def placed(points: Points) -> Points:
        return turned(mirrored(points, x) if mirror else points, lean, (x, y))

    hand = smooth(
        [
            (x - 40, y + 60),
            (x - 52, y + 150),
            (x - 34, y + 228),
            (x, y + 246),
            (x + 36, y + 226),
            (x + 48, y + 150),
            (x + 40, y + 60),
        ]
    )
    thumb = smooth(
        [
            (x + 34, y + 100),
            (x + 66, y + 96),
            (x + 88, y + 130),
            (x + 80, y + 168),
            (x + 58, y + 164),
            (x + 38, y + 150),
        ],
        closed=True,
    )
    for shape in (thumb, hand):
        c.shadow(placed(shape), 8, 8, 8, 0.3, "#20364c")
    for shape in (thumb, hand):
        c.shaded(placed(shape), "#dd3a43", "#b01a28")
    for row in range(7):
        for column in range(5):
            left = x - 40 + column * 18 + (row % 2) * 4
            top = y + 92 + row * 18
            c.line(placed([(left, top), (left + 5, top + 7), (left + 10, top)]), "#e9666c", 2)
    snowflake = [(x, y + 156)]
    for n in range(6):
        end = (x + 26 * cos(radians(n * 60)), y + 156 + 26 * sin(radians(n * 60)))
        c.line(placed([*snowflake, end]), "#fff4ec", 3.4)
        for fork in (-28, 28):
            root = (x + 15 * cos(radians(n * 60)), y + 156 + 15 * sin(radians(n * 60)))
            tip = (root[0] + 9 * cos(radians(n * 60 + fork)), root[1] + 9 * sin(radians(n * 60 + fork)))
            c.line(placed([root, tip]), "#fff4ec", 2.6)
    c.shaded(placed(box(x - 44, y + 12, x + 44, y + 68)), "#f9ecdc", "#dcc8b0")
    for n in range(8):
        c.line(placed([(x - 36 + n * 10.4, y + 14), (x - 36 + n * 10.4, y + 66)]), "#c4ad92", 1.8)


@picture("bicycle.png")
def bicycle(c: Canvas, rng: Random) -> None:
    c.sky("#f3d9b8", "#ecc79c", bottom=380)
    for row in range(13):
        for n in range(-1, 9):
            x, y = n * 80 + (row % 2) * 40, row * 30
            c.box(x + 2, y + 2, x + 78, y + 28, rng.choice(("#dba47c60", "#d2946c60", "#e4b48e60")), 2)
    c.sky("#9aa0a6", "#71777e", top=380)
    c.shadow(arc(320, 408, 240, 10), 7, 0, 2, 0.55)
    back, front = (190.0, 308.0), (456.0, 308.0)
    for hub in (back, front):
        _spoked_wheel(c, *hub)
    crank, saddle, head, neck = (304.0, 316.0), (256.0, 176.0), (416.0, 178.0), (426.0, 212.0)
    c.line([back, (304, 322)], "#3a3d42", 3)
    c.line([(190, 300), (304, 304)], "#3a3d42", 3)
    for start, end in (
        (back, crank),
        (back, (265, 202)),
        (crank, saddle),
        (crank, neck),
        ((265, 202), head),
        ((408, 150), (430, 226)),
    ):
        c.line([start, end], "#12625f", 11)
        c.line([(start[0] - 1.5, start[1] - 2), (end[0] - 1.5, end[1] - 2)], "#2fa39c", 4)
    c.line(smooth([(430, 226), (440, 268), front]), "#12625f", 9)
    c.line([saddle, (250, 158)], "#c9ced4", 6)
    c.shaded(
        smooth(
            [(206, 150), (240, 144), (296, 150), (300, 156), (264, 162), (222, 170), (206, 164)], closed=True
        ),
        "#8a5a34",
        "#56331b",
    )
    c.line([(408, 150), (402, 132)], "#c9ced4", 6)
    c.line(smooth([(402, 132), (430, 120), (452, 132), (446, 158), (424, 160)]), "#c9ced4", 6)
    c.line(smooth([(446, 158), (434, 162), (422, 160)]), "#6b4224", 10)
    c.ball(*crank, 25, 25, "#d9dde1", "#6c7279")
    c.ball(*crank, 15, 15, "#8b9197", "#43484d")
    c.line([(280, 282), (328, 352)], "#33363b", 6)
    for x, y in ((280, 280), (328, 354)):
        c.box(x - 18, y - 4, x + 18, y + 4, "#1f2124", 3)
    c.line(arc(190, 308, 106, 106, 190, 290), "#12625f", 5)
    c.line(arc(456, 308, 106, 106, 200, 330), "#12625f", 5)
    _basket_of_flowers(c)
    c.box(432, 160, 444, 176, "#33363b", 3)


def _spoked_wheel(c: Canvas, x: float, y: float) -> None:
    c.line(arc(x, y, 96, 96), "#26282c", 9)
    c.line(arc(x, y, 88, 88), "#c9ced4", 3)
    for n in range(20):
        c.line(
            [
                (x + 7 * cos(radians(n * 18)), y + 7 * sin(radians(n * 18))),
                (x + 87 * cos(radians(n * 18 + 24)), y + 87 * sin(radians(n * 18 + 24))),
            ],
            "#dfe3e7",
            1,
        )
    c.ball(x, y, 10, 10, "#f2f4f6", "#70767d")


def _basket_of_flowers(c: Canvas) -> None:
    c.shadow(box(440, 168, 540, 234), 6, 4, 6)
    c.shaded([(444, 172), (540, 172), (526, 236), (458, 236)], "#d9a866", "#a8733a")
    for n in range(6):
        c.line([(444 + n * 2.8, 180 + n * 10.6), (540 - n * 2.8, 180 + n * 10.6)], "#8d5c2a", 2)
    for n in range(10):
        c.line([(450 + n * 9.6, 174), (462 + n * 6.8, 234)], "#8d5c2a", 1.2)
    for x, colour in ((462, "#f2637e"), (482, "#ffd65c"), (500, "#ffffff"), (520, "#b488e8")):
        c.line([(x, 172), (x, 152)], "#4a8a3c", 3)
        for n in range(6):
            c.ellipse(x + 8 * cos(radians(n * 60)), 146 + 8 * sin(radians(n * 60)), 6, fill=colour)
        c.ellipse(x, 146, 5, fill="#f7b23c")


@picture("guitar.png")
def guitar(c: Canvas, _rng: Random) -> None:
    c.sky("#31505c", "#4e7480", bottom=420)
    c.sky("#8f6a48", "#6a4a2e", top=418)
    c.glow(250, 180, 260, "#f7e7c0", 0.4)
    tilt, centre = 24, (300.0, 300.0)

    def put(points: Points) -> Points:
        small = [(300 + (x - 300) * 0.8, 350 + (y - 300) * 0.8) for x, y in points]
        return turned(small, tilt, centre)

    half = smooth(
        [(300, 176), (352, 178), (372, 214), (358, 256), (378, 300), (404, 356), (380, 424), (300, 444)]
    )
    body = half + mirrored(half, 300)[::-1]
    c.shadow(put(body), 12, 14, 12, 0.5)
    c.shaded(put(body), "#7d4a24", "#4a2812")
    inner = [(300 + (x - 300) * 0.95, 312 + (y - 312) * 0.96) for x, y in body]
    c.shaded(put(inner), "#f2bd6c", "#d98f3c", "#b86d26")
    c.polygon(put(arc(300, 262, 44, 44)), "#5a3418")
    c.polygon(put(arc(300, 262, 40, 40)), "#e9cf9a")
    c.polygon(put(arc(300, 262, 34, 34)), "#22130a")
    c.shaded(
        put(smooth([(330, 250), (352, 290), (344, 330), (326, 310), (322, 284)], closed=True)),
        "#6b2f1a",
        "#3d170c",
    )
    c.shaded(put(box(285, -96, 315, 244)), "#4e3222", "#2d1a10")
    for n in range(14):
        y = 236 - 330 * (1 - 0.5 ** (n / 9))
        c.line(put([(286, y), (314, y)]), "#c9ced4", 1.6)
    for y in (40, 96, 140):
        c.polygon(put(arc(300, y, 4, 4)), "#f2efe6")
    c.shaded(put([(280, -96), (320, -96), (326, -176), (274, -176)]), "#7d4a24", "#4a2812")
    for n in range(3):
        for side in (-1, 1):
            peg = (300 + side * 30, -112 - n * 22)
            c.polygon(put(arc(*peg, 8, 6)), "#e8e2d2")
    c.shaded(put(box(256, 376, 344, 392)), "#3d2314", "#22130a")
    for n in range(6):
        x = 288 + n * 4.8
        c.line(put([(x, 384), (x, -98)]), "#f4efe2", 0.9)
        c.polygon(put(arc(x + (n - 2.5) * 6, 384, 3, 3)), "#f4efe2")

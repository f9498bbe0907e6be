"""Animals, each drawn as a few soft shapes."""

from __future__ import annotations

from random import Random

from drawing.canvas import Canvas, mix
from drawing.geometry import Points, arc, box, hills, mirrored, smooth, turned
from drawing.landscapes import fir
from drawing.registry import picture


@picture("cat-on-sofa.png")
def cat_on_sofa(c: Canvas, _rng: Random) -> None:
    c.sky("#e9dcc6", "#d9c6a8", bottom=390)
    for x in range(0, 640, 40):
        c.box(x, 0, x + 18, 390, "#ffffff28")
    c.sky("#a9774e", "#82552f", top=388)
    c.shadow(box(430, 44, 560, 144), 6)
    c.box(430, 44, 560, 144, "#6e4a30", 3)
    c.shaded(box(440, 54, 550, 134), "#9ed3ea", "#f7e3b8")
    c.shaded([(440, 134), (440, 110), (486, 84), (520, 106), (550, 92), (550, 134)], "#6fa36a", "#4a7d4c")
    c.shadow(box(60, 200, 580, 420), 14, 6, 12, 0.4)
    c.shaded(
        smooth([(84, 400), (76, 236), (120, 186), (320, 178), (520, 186), (564, 236), (556, 400)]),
        "#4f8f8c",
        "#2f6664",
    )
    for x in (110, 322):
        c.box(x, 300, x + 208, 384, "#387472", 18)
        c.shaded(
            smooth(
                [(x + 8, 316), (x + 104, 300), (x + 200, 316), (x + 196, 362), (x + 12, 362)], closed=True
            ),
            "#5ba39f",
            "#3d7d7a",
        )
    for x in (46, 536):
        c.shaded(
            smooth([(x, 404), (x - 2, 286), (x + 29, 256), (x + 60, 286), (x + 58, 404)]),
            "#5ba39f",
            "#2c5f5d",
        )
    for x in (80, 546):
        c.box(x, 404, x + 16, 436, "#5a3920", 4)
    c.shaded(turned(box(118, 220, 206, 308), -14, (160, 264)), "#f2b84a", "#d08a24")
    dark = "#c96f22"
    c.shadow(arc(340, 312, 130, 16), 6, 0, 6, 0.45)
    c.line(smooth([(440, 300), (500, 308), (528, 282), (512, 252)]), dark, 20)
    c.ball(350, 268, 116, 58, "#f8bd74", dark)
    for x in (330, 364, 398, 430):
        c.line(smooth([(x, 214 + abs(x - 360) * 0.14), (x + 10, 238), (x + 6, 262)]), "#b8601a", 7)
    c.ball(262, 310, 40, 15, "#fbe0bd", "#e9b277")
    c.ball(316, 314, 38, 13, "#fbe0bd", "#e9b277")
    for side in (0, 1):
        ear: Points = [(206, 214), (200, 152), (250, 184)]
        inner: Points = [(212, 202), (208, 168), (236, 186)]
        c.polygon(mirrored(ear, 246) if side else ear, dark)
        c.polygon(mirrored(inner, 246) if side else inner, "#f5b9a8")
    c.ball(246, 228, 62, 52, "#fbc47c", "#dd8630")
    for dx in (-14, 0, 14):
        c.line([(246 + dx, 180 + abs(dx) * 0.3), (246 + dx * 0.8, 198)], "#b8601a", 5)
    c.ellipse(232, 250, 19, 15, "#fdeedb")
    c.ellipse(260, 250, 19, 15, "#fdeedb")
    c.polygon(smooth([(238, 236), (254, 236), (246, 245)], closed=True), "#d9706a")
    for side in (-1, 1):
        c.line(
            smooth([(246 + side * 36, 222), (246 + side * 25, 230), (246 + side * 14, 222)]), "#3a2415", 3.5
        )
        c.line(smooth([(246, 246), (246 + side * 6, 254), (246 + side * 13, 252)]), "#7a4420", 2)
        for dy in (-4, 4, 12):
            c.line([(246 + side * 22, 250 + dy * 0.5), (246 + side * 74, 244 + dy)], "#fff6ea", 1.2)
    c.shaded([*arc(320, 470, 250, 26)], "#b9483f", "#8e2f2c")
    c.line(arc(320, 470, 230, 20), "#e9c58a", 3)


@picture("IMG_0388.jpg")
def dog_in_snow(c: Canvas, rng: Random) -> None:
    c.sky("#8fb8dc", "#dbe9f5", bottom=300)
    for x in range(0, 660, 44):
        fir(c, x + rng.uniform(-12, 12), 300, rng.uniform(90, 150), "#6f94a0", "#e6f0f7")
    c.shaded(hills(rng, 290, 10, step=130), "#ffffff", "#d3e2f1")
    c.shaded(hills(rng, 372, 6, step=160), "#fbfdff", "#c6d9ec")
    for n in range(7):
        c.ellipse(30 + n * 26, 450 - n * 6 + (n % 2) * 12, 7, 4, "#a9c2da")
    c.shadow(arc(330, 426, 140, 16), 8, 0, 0, 0.4, "#3a5a80")
    coat, dark, light = "#b9743a", "#8a4f22", "#f6e3c8"
    c.line(smooth([(430, 330), (486, 300), (508, 246), (488, 214)]), coat, 24)
    c.line(smooth([(498, 238), (496, 224), (488, 214)]), light, 20)
    for x in (404, 440):
        c.shaded(box(x - 17, 330, x + 17, 424), mix(coat, dark, 0.6), dark)
    c.ball(346, 318, 116, 70, "#d3935a", dark)
    for x in (262, 304):
        c.shaded(box(x - 18, 330, x + 18, 420), coat, dark)
        c.ball(x - 4, 420, 25, 13, "#ffffff", "#dcc8ac")
    for x in (400, 440):
        c.ball(x - 4, 424, 25, 12, "#ffffff", "#dcc8ac")
    c.shaded(
        smooth([(216, 250), (236, 340), (282, 376), (312, 320), (300, 250)], closed=True), light, "#e8cfa9"
    )
    c.ball(254, 208, 74, 66, "#d3935a", "#9a5b2a")
    c.shaded(
        smooth([(240, 146), (266, 146), (272, 210), (284, 240), (222, 240), (234, 210)], closed=True),
        "#fffaf0",
        light,
    )
    c.ball(252, 240, 42, 32, "#ffffff", "#e6d2b4")
    c.shaded(
        smooth([(190, 158), (160, 186), (158, 250), (186, 262), (206, 210)], closed=True), dark, "#5f3415"
    )
    c.shaded(
        smooth([(316, 156), (348, 184), (350, 250), (322, 262), (302, 210)], closed=True), dark, "#5f3415"
    )
    for x in (222, 286):
        c.ellipse(x, 202, 9, 10, "#2a1a10")
        c.ellipse(x - 3, 198, 3, fill="#ffffff")
    c.ball(252, 226, 16, 11, "#5a5257", "#1d181b")
    c.line([(252, 236), (252, 248)], "#4a3020", 2.5)
    c.line(smooth([(226, 250), (238, 258), (252, 249), (266, 258), (278, 250)]), "#4a3020", 2.5)
    c.shaded(
        smooth([(242, 257), (252, 255), (262, 257), (260, 278), (244, 278)], closed=True),
        "#f28a94",
        "#d95c6c",
    )
    c.line(smooth([(200, 268), (250, 296), (310, 270)]), "#2f6fb0", 14)
    c.ball(252, 300, 10, 10, "#fff0a8", "#cf9a24")
    for _ in range(150):
        c.ellipse(rng.uniform(0, 640), rng.uniform(0, 480), rng.uniform(1, 3.4), fill="#ffffffe0")


@picture("butterfly-on-flower.png")
def butterfly_on_flower(c: Canvas, rng: Random) -> None:
    c.sky("#bfe3a2", "#8cc272", "#4f8c4a")
    for _ in range(46):
        c.glow(
            rng.uniform(0, 640),
            rng.uniform(0, 480),
            rng.uniform(20, 70),
            rng.choice(("#e9f7c8", "#fff3b8", "#dff0ff", "#ffd6e4")),
            rng.uniform(0.15, 0.5),
        )
    c.line(smooth([(320, 350), (312, 420), (322, 500)]), "#3f7d33", 11)
    c.shaded(smooth([(318, 440), (380, 390), (460, 392), (400, 438)], closed=True), "#6db650", "#34702c")
    for n in range(18):
        petal = smooth([(320, 356), (296, 304), (320, 236), (344, 304)], closed=True)
        colour = "#f7b3d2" if n % 2 else "#f08fbb"
        squashed = [(x, 350 + (y - 350) * 0.62) for x, y in turned(petal, n * 20, (320, 350))]
        c.shaded(squashed, mix(colour, "#ffffff", 0.35), colour)
    c.ball(320, 346, 48, 30, "#ffe07a", "#c9831c")
    for _ in range(90):
        x, y = rng.gauss(320, 17), rng.gauss(342, 9)
        c.ellipse(x, y, 2, fill=rng.choice(("#8f5a14", "#fff0b0", "#b97718")))
    for side in (0, 1):
        _wing(c, side)
    c.shaded(
        smooth([(312, 196), (320, 176), (328, 196), (327, 270), (320, 328), (313, 270)], closed=True),
        "#5a4230",
        "#20150d",
    )
    c.ball(320, 178, 11, 11, "#5a4230", "#20150d")
    for side in (-1, 1):
        feeler = smooth([(320 + side * 4, 172), (320 + side * 22, 130), (320 + side * 48, 104)])
        c.line(feeler, "#20150d", 2.4)
        c.ellipse(*feeler[-1], 4, fill="#20150d")


def _wing(c: Canvas, side: int) -> None:
    """The left pair of wings, or its mirror image."""

    def placed(points: Points) -> Points:
        return mirrored(points, 320) if side else points

    upper = smooth(
        [(316, 222), (262, 130), (166, 78), (110, 104), (122, 186), (190, 246), (300, 252)], closed=True
    )
    lower = smooth([(314, 248), (230, 256), (160, 296), (172, 360), (234, 372), (296, 320)], closed=True)
    for wing, centre in ((lower, (250, 300)), (upper, (220, 180))):
        c.shadow(placed(wing), 7, 0, 10, 0.3, "#20401c")
        c.shaded(placed(wing), "#3a2416", "#1d120b")
        inner = [(centre[0] + (x - centre[0]) * 0.84, centre[1] + (y - centre[1]) * 0.82) for x, y in wing]
        c.shaded(placed(inner), "#ffb52e", "#f0781e", "#d9481c")
    for start, *rest in (
        ((306, 238), (240, 180), (150, 120)),
        ((304, 244), (220, 214), (140, 176)),
        ((306, 252), (240, 290), (190, 340)),
        ((306, 232), (266, 168), (200, 104)),
    ):
        c.line(placed(smooth([start, *rest])), "#3a2416", 4)
    for x, y, r in (
        (128, 110, 6),
        (120, 132, 5),
        (124, 156, 5),
        (140, 184, 4),
        (178, 350, 5),
        (200, 364, 5),
        (168, 326, 4),
    ):
        c.polygon(placed(arc(x, y, r, r)), "#fffaf0")

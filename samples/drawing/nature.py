"""Weather, fields, water and fire."""

from __future__ import annotations

from math import cos, radians, sin
from random import Random

from drawing.canvas import Canvas, mix
from drawing.geometry import arc, box, hills, smooth, turned, wave
from drawing.landscapes import cloud, fir
from drawing.registry import picture


@picture("umbrella-in-rain.png")
def umbrella_in_rain(c: Canvas, rng: Random) -> None:
    c.sky("#3b4a5c", "#6f8193", "#98a6b2", bottom=380)
    for n in range(9):
        x = n * 76.0 - 20
        c.shaded(box(x, 380 - rng.uniform(90, 210), x + 70, 382), "#5d6c7d", "#76858f")
    for _ in range(40):
        c.glow(
            rng.uniform(0, 640),
            rng.uniform(200, 372),
            rng.uniform(8, 22),
            rng.choice(("#ffd98a", "#ffb070", "#ff8f7a")),
            0.5,
        )
    c.sky("#66737f", "#3f4a55", top=378)
    for _ in range(40):
        c.ellipse(
            rng.uniform(0, 640), rng.uniform(390, 475), rng.uniform(8, 30), rng.uniform(1.5, 4), "#b8c6d040"
        )
    c.ellipse(332, 452, 110, 12, "#1f283060")
    c.shaded([(290, 452), (296, 300), (364, 300), (372, 452)], "#e0b23a", "#b98a1f")
    c.ellipse(330, 276, 26, 28, "#3a2a22")
    for boot in (310, 352):
        c.shaded(box(boot - 12, 436, boot + 12, 462), "#2f6d5a", "#1d4a3c")
    c.line([(332, 130), (332, 330)], "#2b2b30", 5)
    c.line(smooth([(332, 330), (334, 346), (346, 348), (350, 336)]), "#2b2b30", 5)
    dome = arc(332, 224, 190, 132, 180, 360)
    scallops = [point for n in range(5) for point in arc(484 - n * 76, 224, 38, 18, 0, -180)]
    c.shaded(dome + scallops, "#f2575c", "#c8242f", "#a3182a")
    for end in (256, 332, 408):
        rib = smooth([(332, 92), ((332 + end) / 2 + (end - 332) * 0.32, 138), (end, 222)])
        c.line(rib, "#8e1424", 1.6)
    c.line([(332, 94), (332, 74)], "#2b2b30", 4)
    for _ in range(260):
        x, y, length = rng.uniform(-20, 660), rng.uniform(-20, 470), rng.uniform(10, 24)
        if not (150 < x < 514 and 120 < y < 430):
            c.line([(x, y), (x - length * 0.25, y + length)], "#dbe7f0", 0.7)
    for n in range(30):
        angle = radians(182 + n * 6)
        x, y = 332 + 193 * cos(angle), 224 + 136 * sin(angle)
        c.ellipse(x, y - 4, 1.6, 3, "#eaf3f9")


@picture("IMG_0412.jpg")
def campfire(c: Canvas, rng: Random) -> None:
    c.sky("#070b1e", "#131c3d", "#2a2f4e", bottom=340)
    for _ in range(160):
        c.ellipse(rng.uniform(0, 640), rng.uniform(0, 240), rng.uniform(0.5, 1.5), fill="#ffffffc0")
    for tree in range(-10, 660, 34):
        fir(c, tree + rng.uniform(-8, 8), 350, rng.uniform(110, 190), "#0d1a1f")
    c.sky("#2a2a26", "#14140f", top=338)
    c.glow(330, 380, 300, "#ff9a3c", 0.5)
    tent = [(86, 404), (168, 268), (262, 404)]
    c.shaded(tent, "#e8913a", "#9c4a1c")
    c.polygon([(168, 268), (262, 404), (290, 392)], "#7a3816")
    c.polygon([(168, 268), (146, 404), (196, 404)], "#2a130a")
    for angle in (-16, 14, -4):
        c.shaded(turned(box(262, 408, 400, 426), angle, (331, 417)), "#7a4a2a", "#3b2013")
    for half, height, low, high in (
        (56, 168, "#d8341c", "#f26a1f"),
        (42, 132, "#f26a1f", "#fba02d"),
        (27, 92, "#fba02d", "#ffd957"),
        (13, 54, "#ffd957", "#fff8d0"),
    ):
        right = [
            (331 + half * 0.9, 410),
            (331 + half, 410 - height * 0.3),
            (331 + half * 0.42, 410 - height * 0.56),
            (331 + half * 0.5, 410 - height * 0.78),
        ]
        left = [
            (331 - half * 0.1, 410 - height),
            (331 - half * 0.3, 410 - height * 0.6),
            (331 - half * 0.75, 410 - height * 0.5),
            (331 - half, 410 - height * 0.22),
            (331 - half * 0.8, 410),
        ]
        c.shaded(smooth(right + left, closed=True), low, high)
    for _ in range(60):
        y = rng.uniform(120, 380)
        c.ellipse(331 + rng.gauss(0, 20 + (400 - y) * 0.16), y, rng.uniform(0.8, 2), fill="#ffc860")
    for n in range(11):
        x = 331 + 92 * cos(radians(n * 18))
        y = 424 + 20 * sin(radians(n * 18))
        c.ball(x, y, 15, 11, "#8d8178", "#2d2926")
    c.darken_edges(0.5)


@picture("IMG_0437.jpg")
def tractor_on_field(c: Canvas, rng: Random) -> None:
    c.sky("#79bdec", "#d6ecf8", "#fdf3dd", bottom=250)
    cloud(c, 500, 76, 38)
    cloud(c, 90, 110, 26, "#ffffffd8")
    c.shaded(hills(rng, 236, 10, step=100), "#8db56e", "#6d9a50")
    c.shaded([(0, 262), (640, 250), (640, 480), (0, 480)], "#d9b45a", "#b98a36")
    for n in range(-9, 24):
        c.line([(300 + n * 9, 258), (-200 + n * 64, 490)], "#a87a2e", 1.6)
    c.shaded([(0, 330), (640, 372), (640, 480), (0, 480)], "#7d5233", "#5a3822")
    for n in range(16):
        y = 338 + n * 10
        c.line([(0, y), (640, y + 42)], "#452a18", 2.4)
    c.shadow(arc(310, 408, 190, 16), 8, 0, 0, 0.5)
    c.shaded([(300, 232), (462, 244), (478, 262), (478, 340), (290, 340)], "#e8493c", "#b3241f")
    for x in (404, 420, 436):
        c.box(x, 268, x + 8, 312, "#6d1613", 2)
    c.shaded([(186, 156), (300, 156), (316, 262), (316, 330), (196, 330)], "#e8493c", "#a81f1b")
    c.polygon([(204, 172), (246, 172), (246, 246), (198, 246)], "#cfe9f6")
    c.polygon([(256, 172), (292, 172), (302, 246), (256, 246)], "#e0f2fb")
    c.box(174, 144, 310, 160, "#8d1a17", 5)
    c.line([(380, 244), (380, 176)], "#3a3a3e", 8)
    c.box(374, 160, 386, 186, "#26262a", 3)
    for n in range(4):
        c.ellipse(372 - n * 20, 146 - n * 16, 9 + n * 5, 8 + n * 4, "#6a6a6a50")
    c.ellipse(474, 282, 7, fill="#fff2b0")
    _wheel(c, 226, 346, 76)
    _wheel(c, 440, 370, 46)
    c.ellipse(232, 206, 15, fill="#e8b48c")
    c.polygon([(214, 200), (250, 200), (246, 186), (220, 186)], "#2d5c8a")


def _wheel(c: Canvas, x: float, y: float, r: float) -> None:
    for n in range(22):
        lug = turned(box(x + r * 0.9, y - r * 0.07, x + r * 1.06, y + r * 0.07), n * 360 / 22, (x, y))
        c.polygon(lug, "#1c1c1f")
    c.ball(x, y, r, r, "#4a4a50", "#1a1a1d")
    c.ball(x, y, r * 0.56, r * 0.56, "#ffd65c", "#c88f1c")
    c.ball(x, y, r * 0.2, r * 0.2, "#b98820", "#6f4d10")


@picture("IMG_0561.jpg")
def aeroplane_above_clouds(c: Canvas, rng: Random) -> None:
    c.sky("#1d5fae", "#5fa4de", "#cfe7f7")
    c.glow(560, 60, 190, "#fff6d8", 0.8)
    for depth in range(4):
        for _ in range(9):
            y = 360 + depth * 38 + rng.uniform(-10, 10)
            cloud(c, rng.uniform(-40, 680), y, rng.uniform(40, 66), mix("#c3d9ec", "#ffffff", depth / 3))
    tilt, middle = -11, (310.0, 210.0)

    def part(points: list[tuple[float, float]], *colours: str) -> None:
        c.shaded(turned(points, tilt, middle), *colours)

    part([(330, 196), (396, 102), (424, 102), (400, 200)], "#b8c4d0", "#8d9aa8")
    part([(118, 192), (86, 110), (122, 110), (184, 190)], "#d93a3a", "#a82228")
    part(
        smooth(
            [(110, 204), (180, 182), (420, 180), (500, 196), (526, 214), (500, 230), (420, 240), (200, 236)],
            closed=True,
        ),
        "#ffffff",
        "#e3eaf0",
        "#9fb0c0",
    )
    part([(120, 208), (70, 180), (96, 178), (168, 206)], "#c9d3dc", "#9aa8b6")
    part([(470, 192), (500, 198), (506, 206), (474, 204)], "#29415c", "#3d5a7a")
    for n in range(17):
        c.polygon(turned(arc(212 + n * 14, 206, 3.6, 4.6), tilt, middle), "#35516f")
    part(box(190, 220, 470, 224), "#d93a3a", "#c22f33")
    part([(346, 222), (230, 352), (196, 356), (262, 222)], "#d5dde4", "#8998a8")
    part(
        smooth([(286, 276), (330, 270), (344, 284), (330, 298), (286, 294)], closed=True),
        "#f4f6f8",
        "#7d8c9c",
    )
    for y in (196, 226):
        c.line(turned([(60, y), (-260, y)], tilt, middle), "#f4fafe", 3)


@picture("fish-under-water.webp")
def fish_under_water(c: Canvas, rng: Random) -> None:
    c.sky("#7fdcec", "#2c9cc8", "#125a94", "#0a3566")
    for n in range(7):
        ray = 40 + n * 100
        c.polygon([(ray, 0), (ray + 34, 0), (ray - 60, 480), (ray - 150, 480)], "#ffffff14")
    c.shaded([*wave(436, 8, 240, 2), (640, 480), (0, 480)], "#e6d3a0", "#b99a63")
    for root, colour in ((60, "#e8577a"), (560, "#f2914a"), (500, "#b05cc8"), (120, "#f2b84a")):
        for n in range(7):
            lean = (n - 3) * 13
            c.line(
                smooth([(root, 450), (root + lean * 0.5, 410), (root + lean * 1.5, 366 + abs(n - 3) * 9)]),
                mix(colour, "#000000", 0.06 * (n % 3)),
                8,
            )
    for root in (190, 216, 420, 446, 610):
        c.line(_seaweed(root, 452, rng.uniform(120, 190), rng.uniform(0, 6)), "#2c8a58", 7)
    fishes = (
        (330, 226, 1.5, ("#ff9a3c", "#e8541e")),
        (150, 130, 0.7, ("#ffe15c", "#e0a81c")),
        (500, 120, 0.8, ("#6fb8ff", "#2f5fd0")),
        (230, 340, 0.65, ("#ff86a8", "#d23c74")),
        (524, 314, 0.7, ("#ffe15c", "#e0a81c")),
    )
    for fish in fishes:
        _fish(c, *fish)
    for _ in range(34):
        x, y, r = rng.uniform(20, 620), rng.uniform(20, 420), rng.uniform(2, 7)
        c.ellipse(x, y, r, fill="#ffffff40")
        c.ellipse(x - r * 0.3, y - r * 0.3, r * 0.3, fill="#ffffffc0")


def _seaweed(x: float, foot: float, height: float, phase: float) -> list[tuple[float, float]]:
    """A blade of seaweed: a wave that stands upright."""
    return [(x + 10 * (n / 20) * sin(n * 0.6 + phase), foot - height * n / 20) for n in range(21)]


def _fish(c: Canvas, x: float, y: float, s: float, colours: tuple[str, str]) -> None:
    light, dark = colours
    c.shaded(
        smooth(
            [(x - 62 * s, y), (x - 104 * s, y - 38 * s), (x - 92 * s, y), (x - 104 * s, y + 38 * s)],
            closed=True,
        ),
        light,
        dark,
    )
    c.shaded(
        smooth([(x - 30 * s, y - 34 * s), (x - 6 * s, y - 66 * s), (x + 34 * s, y - 34 * s)]),
        mix(dark, "#000000", 0.1),
        dark,
    )
    c.shaded(
        smooth([(x - 10 * s, y + 36 * s), (x - 22 * s, y + 60 * s), (x + 16 * s, y + 38 * s)]),
        dark,
        mix(dark, "#000000", 0.2),
    )
    c.ball(x, y, 76 * s, 43 * s, light, dark)
    for dx, half in ((-26, 34), (18, 41)):
        stripe = smooth([(x + dx * s, y - half * s), (x + (dx + 8) * s, y), (x + dx * s, y + half * s)])
        c.line(stripe, "#fff6e6", 9 * s)
    c.ellipse(x + 48 * s, y - 10 * s, 9 * s, fill="#ffffff")
    c.ellipse(x + 50 * s, y - 10 * s, 5 * s, fill="#1a1a22")
    c.polygon(
        smooth([(x + 4 * s, y + 4 * s), (x - 20 * s, y + 20 * s), (x + 8 * s, y + 18 * s)], closed=True),
        mix(dark, "#ffffff", 0.25),
    )


@picture("IMG_0733.jpg")
def rainbow_over_a_road(c: Canvas, rng: Random) -> None:
    c.sky("#5a6f88", "#93a8ba", "#d6e0e4", bottom=320)
    for n, colour in enumerate(("#e8483f", "#f28c38", "#f7d84a", "#57b35a", "#3f8fd8", "#5658b8", "#8a4fa8")):
        c.line(arc(330, 340, 270 - n * 8, 250 - n * 8, 180, 360), mix(colour, "#b4c4d0", 0.35), 8.6)
    for _ in range(12):
        cloud(
            c,
            rng.uniform(-20, 660),
            rng.uniform(10, 64),
            rng.uniform(40, 62),
            rng.choice(("#6d7f92", "#8496a6", "#78899a")),
        )
    c.shaded(hills(rng, 310, 16, step=120), "#7fae66", "#5c8f4a")
    c.shaded(hills(rng, 350, 10, step=160), "#97c46a", "#568a38")
    road = [
        *smooth([(352, 336), (300, 362), (350, 396), (210, 490)]),
        *smooth([(470, 490), (420, 396), (322, 362), (362, 336)]),
    ]
    c.shaded(road, "#8b9096", "#4f545a")
    for x0, y0, x1, y1, width in (
        (318, 360, 316, 366, 1.5),
        (340, 382, 356, 394, 2.5),
        (362, 408, 354, 428, 4),
        (346, 442, 336, 472, 6),
    ):
        c.line([(x0, y0), (x1, y1)], "#f2efe0", width)
    for x, y in ((120, 384), (96, 404), (164, 412), (560, 388), (598, 410)):
        c.shadow(arc(x, y + 13, 22, 4), 3, 0, 0, 0.3)
        for dx in (-9, 8):
            c.line([(x + dx, y + 6), (x + dx, y + 16)], "#3a3430", 3)
        c.ball(x, y, 19, 13, "#ffffff", "#cfcabc")
        c.ellipse(x - 19, y - 4, 7, 6, "#3a3430")

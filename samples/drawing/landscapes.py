"""Wide views: mountains, towns, the sky."""

from __future__ import annotations

from random import Random

from drawing.canvas import Canvas, mix
from drawing.geometry import arc, box, hills, mirrored, smooth
from drawing.registry import picture


def fir(c: Canvas, x: float, foot: float, height: float, colour: str, snow: str = "") -> None:
    """A fir tree of four tiers, with or without snow on them."""
    c.box(x - height * 0.04, foot - height * 0.12, x + height * 0.04, foot, "#4a3426")
    for tier in range(4):
        base = foot - height * (0.1 + 0.2 * tier)
        half, top = height * (0.3 - 0.06 * tier), base - height * 0.36
        c.shaded(
            [(x, top), (x + half, base), (x, base - height * 0.04), (x - half, base)],
            mix(colour, "#ffffff", 0.12),
            colour,
        )
        if snow:
            c.polygon(
                [
                    (x, top),
                    (x + half * 0.62, base - height * 0.13),
                    (x, base - height * 0.17),
                    (x - half * 0.7, base - height * 0.11),
                ],
                snow,
            )


def cloud(c: Canvas, x: float, y: float, size: float, colour: str = "#ffffff") -> None:
    """A heap of round puffs on a level base."""
    for dx, dy, r in (
        (-0.9, 0.1, 0.42),
        (-0.35, -0.18, 0.6),
        (0.3, -0.1, 0.5),
        (0.85, 0.12, 0.4),
        (0, 0.15, 0.5),
    ):
        c.ellipse(x + dx * size, y + dy * size, r * size, r * size * 0.72, colour)


@picture("snowy-mountain.png")
def snowy_mountain(c: Canvas, rng: Random) -> None:
    c.sky("#4f8fd0", "#a9d0ee", "#eaf4fb", bottom=330)
    cloud(c, 120, 90, 46, "#ffffffd0")
    cloud(c, 530, 130, 34, "#ffffffc0")
    c.shaded([(-40, 340), (110, 190), (190, 250), (300, 340)], "#c9d8ea", "#8ba6c4")
    c.shaded([(380, 340), (520, 180), (600, 240), (700, 340)], "#c9d8ea", "#8ba6c4")
    c.shaded([(90, 370), (320, 70), (560, 370)], "#8b97ab", "#5b6b83")
    c.polygon([(320, 70), (560, 370), (420, 370), (352, 250), (366, 190)], "#46566e80")
    cap = [
        (320, 70),
        (394, 163),
        (372, 178),
        (352, 160),
        (336, 196),
        (316, 168),
        (296, 204),
        (276, 172),
        (240, 176),
    ]
    c.shaded(cap, "#ffffff", "#dfeaf5")
    c.polygon([(320, 70), (394, 163), (372, 178), (352, 160), (344, 180), (338, 120)], "#b9cbe080")
    c.shaded(hills(rng, 345, 16), "#f4f9ff", "#cddff0")
    for x, foot, height in sorted(
        ((rng.uniform(-10, 650), rng.uniform(360, 390), rng.uniform(60, 90)) for _ in range(20)),
        key=lambda tree: tree[1],
    ):
        fir(c, x, foot, height, "#3d6558", "#eef5fb")
    c.shaded(hills(rng, 410, 12, step=110), "#ffffff", "#d5e4f3")
    for x, foot, height in ((60, 450, 170), (140, 470, 130), (560, 462, 190), (480, 476, 120)):
        c.shadow(arc(x - 20, foot, height * 0.3, 6), 5, 0, 0, 0.25, "#4a6a90")
        fir(c, x, foot, height, "#234a3d", "#fbfdff")
    for _ in range(110):
        c.ellipse(rng.uniform(0, 640), rng.uniform(0, 480), rng.uniform(0.8, 2.2), fill="#ffffffd0")


@picture("city-at-night.png")
def city_at_night(c: Canvas, rng: Random) -> None:
    c.sky("#0a0f2c", "#1c2556", "#54406f", "#a8617a", bottom=360)
    for _ in range(120):
        c.ellipse(rng.uniform(0, 640), rng.uniform(0, 220), rng.uniform(0.5, 1.4), fill="#ffffffb0")
    c.glow(520, 80, 110, "#f4edcf", 0.5)
    c.ball(520, 80, 34, 34, "#fffdf0", "#e4dbb4")
    for depth, (low, high) in enumerate(((150, 260), (110, 250))):
        x = -10.0
        while x < 640:
            width = rng.uniform(34, 64)
            top = 360 - rng.uniform(low, high) * (0.8 if depth else 0.75)
            tone = mix("#3b3766", "#15183a", depth)
            c.shaded(box(x, top, x + width - 3, 362), mix(tone, "#6a5a8c", 0.2), tone)
            if rng.random() < 0.3:
                c.line([(x + width / 2, top), (x + width / 2, top - 26)], tone, 2)
                c.ellipse(x + width / 2, top - 27, 2, fill="#ff5a4f")
            _windows(c, rng, x + 5, top + 8, x + width - 9, 356, 0.25 + 0.3 * depth)
            x += width
    c.sky("#39305c", "#151a3c", "#0a0e26", top=360)
    for _ in range(240):
        x, y = rng.uniform(0, 640), rng.uniform(364, 470)
        c.ellipse(
            x, y, rng.uniform(3, 12), 1, rng.choice(("#ffd98a60", "#ffb46a50", "#9fc3ff40", "#e8809050"))
        )
    c.line(smooth([(-20, 372), (160, 300), (320, 372)]), "#0a0d22", 4)
    c.line(smooth([(320, 372), (480, 300), (660, 372)]), "#0a0d22", 4)
    for x in (160, 480):
        c.box(x - 6, 262, x + 6, 392, "#0a0d22")
    c.box(0, 366, 640, 374, "#0a0d22")
    for x in range(10, 640, 28):
        c.glow(x, 364, 10, "#ffdf9a", 0.9)


def _windows(
    c: Canvas, rng: Random, left: float, top: float, right: float, bottom: float, lit: float
) -> None:
    y = top
    while y < bottom - 6:
        x = left
        while x < right - 3:
            if rng.random() < lit:
                c.box(x, y, x + 4, y + 6, rng.choice(("#ffd98a", "#ffe9b8", "#f7b965", "#bcd6ff")))
            x += 8
        y += 12


@picture("house-with-garden.png")
def house_with_garden(c: Canvas, rng: Random) -> None:
    c.sky("#6cb6ea", "#d8effa", bottom=330)
    cloud(c, 110, 80, 36)
    cloud(c, 470, 62, 28, "#ffffffd8")
    c.shaded(hills(rng, 300, 14), "#a7cf8c", "#7fb368")
    c.shaded([(0, 340), (640, 330), (640, 480), (0, 480)], "#86c05a", "#5b9a3c")
    c.shadow([(190, 360), (470, 360), (520, 380), (220, 384)], 10, 10, 4, 0.35, "#1c3a12")
    c.box(402, 128, 432, 200, "#9c5a48")
    c.shaded(box(200, 220, 460, 366), "#fdf3dc", "#eedcb6")
    c.shaded([(176, 226), (248, 128), (412, 128), (484, 226)], "#c8573f", "#9d3a2b")
    for n in range(1, 5):
        c.line([(248 - n * 14.4, 128 + n * 19.6), (412 + n * 14.4, 128 + n * 19.6)], "#8e3327", 1.2)
    for left in (226, 380):
        _window_box(c, left, rng)
    c.box(306, 266, 354, 366, "#3f6e8c", 3)
    c.box(312, 274, 348, 306, "#cfe6f2", 2)
    c.ellipse(346, 322, 3, fill="#f5d36a")
    c.shaded([(310, 366), (350, 366), (420, 480), (250, 480)], "#e6d6b8", "#cbb48c")
    _apple_tree(c, 96, 250, 62, rng)
    _apple_tree(c, 560, 262, 52, rng)
    for bed in (0, 400):
        for _ in range(60):
            x, y = bed + rng.uniform(0, 240), rng.uniform(396, 472)
            c.line([(x, y), (x + 1, y - 12)], "#3c7a2c", 2)
            c.ellipse(
                x + 1,
                y - 13,
                rng.uniform(3.5, 6),
                fill=rng.choice(("#f25f7b", "#ffd84d", "#ffffff", "#a06be0", "#f7903d")),
            )
    _fence(c)


def _window_box(c: Canvas, x: float, rng: Random) -> None:
    """A window with flowers on its sill."""
    c.box(x, 252, x + 54, 308, "#ffffff", 2)
    c.shaded(box(x + 5, 257, x + 49, 303), "#8cc4e4", "#d8eefa")
    c.line([(x + 27, 256), (x + 27, 304)], "#ffffff", 3)
    c.line([(x + 4, 280), (x + 50, 280)], "#ffffff", 3)
    c.box(x - 4, 308, x + 58, 318, "#8a5b3c", 2)
    for n in range(7):
        c.ellipse(x + 2 + n * 8.4, 306, 5, fill=rng.choice(("#e2445c", "#f58fa6", "#f7d046")))


def _apple_tree(c: Canvas, x: float, y: float, r: float, rng: Random) -> None:
    c.shadow(arc(x + 20, 372, r, 12), 8, 0, 0, 0.3, "#1c3a12")
    c.line([(x, y), (x, 372)], "#6e4a2e", 14)
    for dx, dy in ((-0.45, 0.2), (0.45, 0.2), (0, -0.3)):
        c.ball(x + dx * r, y + dy * r, r * 0.72, r * 0.66, "#8fcf62", "#3e7d31")
    for _ in range(9):
        c.ball(x + rng.uniform(-0.8, 0.8) * r, y + rng.uniform(-0.6, 0.6) * r, 5, 5, "#ff8a6c", "#c92f2b")


def _fence(c: Canvas) -> None:
    """A picket fence that leaves out the path."""
    for x in range(4, 640, 26):
        if not 262 < x < 394:
            c.polygon([(x, 440), (x, 392), (x + 7, 384), (x + 14, 392), (x + 14, 440)], "#ffffff")
    for left, right in ((0, 268), (394, 640)):
        c.box(left, 402, right, 408, "#f4f4f0")
        c.box(left, 424, right, 430, "#f4f4f0")


@picture("hot-air-balloon.png")
def hot_air_balloon(c: Canvas, rng: Random) -> None:
    c.sky("#3d8fd6", "#8cc8f0", "#fbe6c8", bottom=400)
    cloud(c, 100, 250, 40, "#fffffff0")
    cloud(c, 570, 150, 44, "#fffffff0")
    for height, colour in ((372, "#8fb0a6"), (402, "#7aa06c"), (432, "#5f8f4c")):
        c.shaded(hills(rng, height, 14, step=90), mix(colour, "#ffffff", 0.2), colour)
    _balloon(c, 320, 178, 134, ("#e8463a", "#f9b233", "#fdf0d0", "#2f7fb8"))
    _balloon(c, 92, 118, 38, ("#7a4fa8", "#f3d24f", "#7a4fa8", "#f3d24f"))
    _balloon(c, 540, 286, 28, ("#2c9a74", "#ffffff", "#2c9a74", "#ffffff"))


def _balloon(c: Canvas, x: float, y: float, r: float, colours: tuple[str, ...]) -> None:
    """Gores from the outside in, each a narrower copy of the envelope."""
    for n in range(8):
        share = 1 - n / 8
        right = smooth(
            [
                (x, y - r),
                (x + r * 0.7 * share, y - r * 0.72),
                (x + r * share, y - r * 0.05),
                (x + r * 0.66 * share, y + r * 0.66),
                (x + r * 0.2 * share, y + r * 1.12),
            ]
        )
        colour = colours[n % len(colours)]
        c.shaded(
            right + mirrored(right, x)[::-1],
            mix(colour, "#ffffff", 0.25),
            colour,
            mix(colour, "#000000", 0.25),
        )
    c.glow(x - r * 0.35, y - r * 0.4, r * 0.5, "#ffffff", 0.4)
    c.box(x - r * 0.2, y + r * 1.1, x + r * 0.2, y + r * 1.16, "#7a2f22")
    for side in (-1, 1):
        c.line(
            [(x + side * r * 0.18, y + r * 1.15), (x + side * r * 0.13, y + r * 1.42)],
            "#5a4632",
            max(1, r * 0.014),
        )
    c.shaded(box(x - r * 0.16, y + r * 1.4, x + r * 0.16, y + r * 1.62), "#b98650", "#7d5530")
    c.box(x - r * 0.18, y + r * 1.38, x + r * 0.18, y + r * 1.43, "#5f3f24", r * 0.02)

"""Screenshots and scans: pictures whose meaning is in their words."""

from __future__ import annotations

from random import Random

from drawing.canvas import Canvas, mix
from drawing.geometry import box, smooth, turned
from drawing.registry import picture


def window(c: Canvas, x0: float, y0: float, x1: float, y1: float, title: str, dark: bool = False) -> None:
    """A window with a title bar and three buttons."""
    c.shadow(box(x0, y0, x1, y1), 14, 0, 12, 0.5)
    c.box(x0, y0, x1, y1, "#12161c" if dark else "#ffffff", 12)
    c.box(x0, y0, x1, y0 + 40, "#2a313b" if dark else "#e9edf2", 12)
    c.box(x0, y0 + 26, x1, y0 + 40, "#2a313b" if dark else "#e9edf2")
    for n, colour in enumerate(("#f2615a", "#f7bd45", "#5fc454")):
        c.ellipse(x0 + 22 + n * 20, y0 + 20, 6, fill=colour)
    c.text((x0 + x1) / 2, y0 + 20, title, 14, "#c3cbd6" if dark else "#4d5965", "mm")


@picture("Screenshot_0231.png")
def terminal_error(c: Canvas, _rng: Random) -> None:
    c.sky("#31406a", "#6a4a7c")
    window(c, 28, 30, 612, 450, "backup: bash", dark=True)
    green, grey, red, amber = "#7ad97a", "#c9d1db", "#ff7b72", "#f2c55c"
    lines = (
        ("$ ./backup.sh /home/mara /mnt/disk2", green),
        ("Scanning 18,204 files ...", grey),
        ("copied 12,907 of 18,204", grey),
        ("rsync: write failed on", red),
        ("  '/mnt/disk2/photos/IMG_8841.raw':", red),
        ("  No space left on device (28)", red),
        ("rsync error: error in file IO (code 11)", red),
        ("backup.sh: line 42: exit status 11", amber),
        ("$ df -h /mnt/disk2", green),
        ("Filesystem  Size  Used Avail Use%", grey),
        ("/dev/sdb1   466G  466G    0G 100%", grey),
        ("$ ", green),
    )
    for n, (words, colour) in enumerate(lines):
        c.typed(46, 96 + n * 29, words, 20, colour)
    c.box(46 + 2 * 12, 404, 46 + 3 * 12, 426, "#c9d1db")


@picture("settings-dialog.png")
def settings_dialog(c: Canvas, _rng: Random) -> None:
    c.sky("#7fb4d8", "#c9a8d6")
    window(c, 60, 36, 580, 444, "Settings")
    c.box(60, 76, 210, 432, "#f2f5f8")
    c.box(60, 420, 210, 444, "#f2f5f8", 12)
    for n, name in enumerate(("General", "Display", "Sound", "Privacy", "Battery", "Updates")):
        y = 106 + n * 42
        if name == "Display":
            c.box(72, y - 17, 198, y + 17, "#2f7fe0", 8)
        c.ellipse(92, y, 8, fill=("#8a96a3", "#ffffff", "#e0634a", "#5fb45a", "#f2b93c", "#8a5fb8")[n])
        c.text(110, y, name, 16, "#ffffff" if name == "Display" else "#26323f")
    c.text(236, 108, "Display", 23, "#26323f", bold=True)
    rows = (
        ("Dark mode", True),
        ("Night light from 21:00", True),
        ("Automatic brightness", False),
        ("Reduce motion", False),
    )
    for n, (name, on) in enumerate(rows):
        y = 154 + n * 40
        c.text(236, y, name, 16, "#3a4653")
        c.box(508, y - 12, 554, y + 12, "#46b95e" if on else "#c3cbd6", 12)
        c.ellipse(542 if on else 520, y, 9.5, fill="#ffffff")
        c.line([(236, y + 20), (554, y + 20)], "#e9edf2", 1)
    c.text(236, 316, "Text size", 16, "#3a4653")
    c.line([(236, 346), (554, 346)], "#d3dae2", 5)
    c.line([(236, 346), (430, 346)], "#2f7fe0", 5)
    c.shadow(box(420, 336, 440, 356), 3, 0, 2, 0.4)
    c.ellipse(430, 346, 10, fill="#ffffff")
    for x0, x1, words, fill, ink in (
        (356, 448, "Cancel", "#e9edf2", "#3a4653"),
        (460, 554, "Apply", "#2f7fe0", "#ffffff"),
    ):
        c.box(x0, 388, x1, 422, fill, 8)
        c.text((x0 + x1) / 2, 405, words, 16, ink, "mm")


@picture("Screenshot_0232.png")
def chat(c: Canvas, _rng: Random) -> None:
    c.sky("#e8dfd2", "#d6cbbb")
    c.sky("#1f6f63", "#18594f", top=0, bottom=58)
    c.ball(44, 29, 19, 19, "#ffd9a8", "#d98a4c")
    c.text(76, 21, "Allotment friends", 18, "#ffffff", bold=True)
    c.text(76, 42, "Bea, Carlo, Farid, you", 12, "#bfe0d8")
    messages = (
        (False, "Carlo", ("Has anyone seen my wheelbarrow?",), "09:12"),
        (True, "", ("The green one? It is behind the shed,", "full of pumpkins."), "09:14"),
        (False, "Bea", ("Those are my pumpkins! I only", "borrowed it for an hour. On Sunday."), "09:15"),
        (False, "Carlo", ("It is Thursday, Bea.",), "09:15"),
        (True, "", ("Soup for everyone at six?",), "09:20"),
    )
    y = 76.0
    for mine, sender, lines, time in messages:
        height = 22 * len(lines) + (44 if sender else 26)
        x0, x1 = (250, 616) if mine else (24, 390)
        c.shadow(box(x0, y, x1, y + height), 3, 0, 2, 0.2)
        c.box(x0, y, x1, y + height, "#d9f7c8" if mine else "#ffffff", 12)
        if sender:
            c.text(x0 + 16, y + 18, sender, 13, "#c04a6a" if sender == "Bea" else "#2f6fb0", bold=True)
        for n, line in enumerate(lines):
            c.text(x0 + 16, y + (40 if sender else 22) + n * 22, line, 16, "#222a30")
        c.text(x1 - 12, y + height - 11, time, 11, "#8b979f", "rm")
        y += height + 9


@picture("IMG_0958.jpg")
def receipt(c: Canvas, rng: Random) -> None:
    c.sky("#8a6547", "#5f432d")
    for _ in range(40):
        x, y = rng.uniform(-100, 640), rng.uniform(0, 480)
        c.line(
            smooth([(x, y), (x + 90, y + rng.uniform(-4, 4)), (x + 220, y)]),
            mix("#8a6547", "#3a2616", 0.5),
            1.2,
        )
    edge = [(170.0 + n * 12.5, 6.0 if n % 2 else 14.0) for n in range(25)]
    paper = [*edge, (470, 474), (170, 474)]
    c.shadow(turned(paper, -2, (320, 240)), 10, 8, 10, 0.55)
    c.shaded(turned(paper, -2, (320, 240)), "#fffefa", "#f3f0e6")
    c.text(320, 44, "CORNER MARKET", 22, "#26262a", "mm", bold=True)
    c.text(320, 68, "7 Mill Road   Tel 555 0142", 13, "#55555a", "mm")
    c.text(320, 88, "14/06/2025  17:52   till 3", 13, "#55555a", "mm")
    goods = (
        ("Oat milk 1 l", "1.95"),
        ("Rye bread", "3.40"),
        ("Bananas 0.82 kg", "1.47"),
        ("Olive oil 500 ml", "8.90"),
        ("Tomatoes 1 kg", "2.99"),
        ("Dark chocolate", "2.20"),
        ("Dish soap", "1.75"),
    )
    for n, (name, price) in enumerate(goods):
        c.text(200, 124 + n * 26, name, 16, "#2c2c30")
        c.text(440, 124 + n * 26, price, 16, "#2c2c30", "rm")
    for y in (104, 304, 350):
        c.line([(196, y), (444, y)], "#77777c", 1.2)
    c.text(200, 328, "TOTAL", 21, "#1a1a1e", bold=True)
    c.text(440, 328, "22.66", 21, "#1a1a1e", "rm", bold=True)
    c.text(200, 368, "Card **** 4417", 14, "#55555a")
    c.text(320, 396, "Thank you for your visit", 15, "#2c2c30", "mm")
    x = 210.0
    while x < 428:
        width = rng.choice((1.5, 3, 4.5))
        c.box(x, 414, x + width, 452, "#1a1a1e")
        x += width + rng.choice((1.5, 3))
    c.darken_edges(0.3)


@picture("presentation-slide.png")
def presentation_slide(c: Canvas, _rng: Random) -> None:
    c.sky("#123a5c", "#1d6a8c")
    c.polygon([(420, 0), (640, 0), (640, 480), (540, 480)], "#ffffff10")
    c.polygon([(500, 0), (640, 0), (640, 480), (600, 480)], "#ffffff12")
    c.box(48, 60, 56, 118, "#f7b23c")
    c.text(72, 76, "Glaciers on the retreat", 33, "#ffffff", bold=True)
    c.text(72, 108, "What thirty years of measurements tell us", 17, "#a9d4e8")
    for n, line in enumerate(
        (
            "Area lost since 1990: 31 per cent",
            "Thickness: 1.2 metres less each year",
            "Runoff peaks in the 2030s",
            "Villages downstream need reservoirs",
        )
    ):
        y = 176 + n * 48
        c.ellipse(62, y, 6, fill="#f7b23c")
        c.text(82, y, line, 19, "#eef6fa")
    for n, height in enumerate((120, 106, 96, 80, 66)):
        x = 438 + n * 34
        c.shaded(box(x, 350 - height * 1.2, x + 24, 350), "#dff3fb", "#6fb7d6")
        c.text(x + 12, 364, f"{1990 + n * 8}"[2:], 12, "#a9d4e8", "mm")
    c.line([(432, 350), (604, 350)], "#a9d4e8", 1.5)
    c.line([(52, 430), (588, 430)], "#ffffff40", 1)
    c.text(52, 450, "P. Raman, Institute of Hydrology", 13, "#a9d4e8")
    c.text(588, 450, "4 / 18", 13, "#a9d4e8", "rm")

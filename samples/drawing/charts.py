"""Charts with titles, axes and labels, as they turn up in reports."""

from __future__ import annotations

from math import cos, radians, sin
from random import Random

from drawing.canvas import Canvas, mix
from drawing.geometry import Points, arc, box, smooth
from drawing.registry import picture

INK, FAINT = "#26323f", "#dfe5ec"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def sheet(c: Canvas, title: str, subtitle: str) -> None:
    """White paper with a heading."""
    c.sky("#ffffff", "#f6f8fb")
    c.text(48, 42, title, 25, INK, bold=True)
    c.text(48, 72, subtitle, 14, "#7b8794")


def axis(c: Canvas, steps: int, top: float, unit: str) -> None:
    """Horizontal grid lines from y = 410 (nought) up to y = 110 (`top`), with their figures."""
    for n in range(steps + 1):
        y = 410 - 300 * n / steps
        c.line([(92, y), (600, y)], "#8d99a6" if n == 0 else FAINT, 1.6 if n == 0 else 1)
        c.text(82, y, f"{top * n / steps:g}", 13, "#66727f", "rm")
    c.text(92, 92, unit, 12, "#66727f", "lm")


@picture("rainfall-by-month.png")
def rainfall_by_month(c: Canvas, _rng: Random) -> None:
    sheet(c, "Rainfall by month", "Weather station Harbour Hill, 2024")
    axis(c, 5, 150, "millimetres")
    for n, (month, rain) in enumerate(
        zip(MONTHS, (112, 84, 76, 58, 49, 44, 61, 72, 88, 121, 134, 118), strict=True)
    ):
        x, y = 102 + n * 41.5, 410 - 2 * rain
        c.shadow(box(x, y, x + 28, 410), 3, 2, 0, 0.18)
        c.shaded(box(x, y, x + 28, 410), "#6fb7ee", "#2b6cb4")
        c.text(x + 14, y - 11, str(rain), 12, INK, "mm")
        c.text(x + 14, 426, month, 13, "#4d5965", "mm")
    c.line([(92, 410 - 2 * 85), (600, 410 - 2 * 85)], "#e0634a", 2)
    c.text(290, 410 - 2 * 85 - 11, "mean 85 mm", 13, "#c04a33", "mm")


@picture("temperature-line-chart.png")
def temperature_line_chart(c: Canvas, _rng: Random) -> None:
    sheet(c, "Two cities, one year", "Mean temperature in degrees Celsius")
    axis(c, 6, 30, "°C")
    for n, month in enumerate(MONTHS):
        c.text(110 + n * 43, 426, month, 13, "#4d5965", "mm")
    series = (
        ("Lisbon", "#e8703a", (11.6, 12.7, 14.9, 15.9, 18.0, 21.2, 23.1, 23.5, 22.1, 18.8, 15.0, 12.4)),
        ("Bergen", "#2f7fb8", (2.6, 2.5, 4.0, 7.0, 10.9, 13.5, 15.5, 15.3, 12.4, 8.9, 5.6, 3.3)),
    )
    for name, colour, values in series:
        points: Points = [(110 + n * 43, 410 - 10 * value) for n, value in enumerate(values)]
        c.polygon([*smooth(points), (583, 410), (110, 410)], colour + "20")
        c.line(smooth(points), colour, 3.5)
        for x, y in points:
            c.ellipse(x, y, 5, fill="#ffffff")
            c.ellipse(x, y, 3.2, fill=colour)
        x, y = points[7]
        c.text(x, y - 20, name, 16, mix(colour, "#000000", 0.2), "mm", bold=True)


@picture("household-budget-pie.png")
def household_budget_pie(c: Canvas, _rng: Random) -> None:
    sheet(c, "Where the money goes", "Household budget, per cent of monthly income")
    slices = (
        ("Rent", 34, "#2f6fb0"),
        ("Groceries", 19, "#e8703a"),
        ("Transport", 12, "#3fa07a"),
        ("Savings", 15, "#f2b93c"),
        ("Insurance", 9, "#8a5fb8"),
        ("Leisure", 11, "#d6486a"),
    )
    c.shadow(arc(230, 276, 150, 150), 12, 4, 10, 0.3)
    start = -90.0
    for n, (name, share, colour) in enumerate(slices):
        end = start + share * 3.6
        middle = radians((start + end) / 2)
        shift = 14 if name == "Savings" else 0
        x, y = 230 + shift * cos(middle), 276 + shift * sin(middle)
        c.polygon([(x, y), *arc(x, y, 150, 150, start, end)], colour)
        c.line(
            [
                (x + 150 * cos(radians(start)), y + 150 * sin(radians(start))),
                (x, y),
                (x + 150 * cos(radians(end)), y + 150 * sin(radians(end))),
            ],
            "#ffffff",
            2.5,
        )
        c.text(x + 104 * cos(middle), y + 104 * sin(middle), f"{share} %", 16, "#ffffff", "mm", bold=True)
        c.box(430, 156 + n * 42, 452, 178 + n * 42, colour, 5)
        c.text(466, 167 + n * 42, name, 17, INK)
        start = end
    c.ellipse(230, 276, 52, fill="#fbfcfd")
    c.text(230, 276, "2,940", 21, INK, "mm", bold=True)


@picture("IMG_0902.png")
def scatter_plot(c: Canvas, rng: Random) -> None:
    sheet(c, "Taller trees are older trees", "Height and age of 90 oaks in Marley Wood")
    axis(c, 5, 25, "height in metres")
    for n in range(6):
        c.text(96 + n * 98, 428, f"{n * 40}", 13, "#66727f", "mm")
    c.text(344, 452, "age in years", 13, "#66727f", "mm")
    c.line([(100 + n, 410 - 270 * (1 - 0.5 ** (n / 150))) for n in range(0, 490, 10)], "#d6486a", 2.5)
    for _ in range(90):
        age = rng.uniform(15, 485)
        y = 410 - 270 * (1 - 0.5 ** (age / 150)) + rng.gauss(0, 20)
        c.ellipse(100 + age, y, 6, fill="#3fa07a70")
        c.ellipse(100 + age, y, 2.6, fill="#23704f")

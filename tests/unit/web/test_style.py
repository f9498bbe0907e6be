"""The style sheets: their colours have enough contrast, in the light and in the dark scheme."""

import re
from pathlib import Path

import pytest

import web

STATIC = Path(web.__file__).parent / "static"
SHEET = (STATIC / "semsearch.css").read_text()

# Colours of texts with their backgrounds. WCAG level AA asks for a contrast of 4.5.
PAIRS = [
    *((text, ground) for text in ("ink", "quiet", "accent") for ground in ("ground", "surface", "sunken")),
    ("accent-ink", "accent"),
    ("accent", "accent-soft"),
    ("ink", "accent-soft"),
    ("quiet", "accent-soft"),
    ("ink", "mark"),
    ("ink", "warn-soft"),
    ("warn", "warn-soft"),
    ("bad", "bad-soft"),
    ("bad", "surface"),
]


def colours(scheme: str) -> dict[str, tuple[float, ...]]:
    light, dark = re.findall(r":root \{(.*?)\}", SHEET, re.DOTALL)
    found = {}
    for name, digits in re.findall(r"--([\w-]+): #([0-9a-f]{6})", dark if scheme == "dark" else light):
        found[name] = tuple(int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
    return found


def luminance(colour: tuple[float, ...]) -> float:
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_has_enough_contrast_with_its_background(scheme: str, text: str, ground: str) -> None:
    palette = colours(scheme)
    low, high = sorted((luminance(palette[text]), luminance(palette[ground])))
    assert (high + 0.05) / (low + 0.05) >= 4.5


@pytest.mark.parametrize("ground", ["ground", "surface"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_border_of_a_field_has_enough_contrast_with_its_background(scheme: str, ground: str) -> None:
    palette = colours(scheme)
    low, high = sorted((luminance(palette["line-strong"]), luminance(palette[ground])))
    assert (high + 0.05) / (low + 0.05) >= 3


def test_every_colour_used_is_defined() -> None:
    sheets = [file.read_text() for file in STATIC.glob("*.css")]
    used = {name for sheet in sheets for name in re.findall(r"var\(--([\w-]+)\)", sheet)}
    assert used <= {name for sheet in sheets for name in re.findall(r"--([\w-]+):", sheet)}


def test_the_style_sheet_loads_nothing_else() -> None:
    assert "url(" not in SHEET
    assert "@import" not in SHEET

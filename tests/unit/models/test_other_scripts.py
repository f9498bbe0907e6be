"""Text in scripts that the built-in models do not know: Tesseract reads it, or it is said what is missing."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from semsearch.models.ocr import Reading, TextReader

RUSSIAN = [
    "Вечером дети слушали сказку о рыбаке и золотой рыбке.",
    "Поезд в Москву отправляется с третьего пути в полдень.",
    "На столе лежит старая книга с жёлтыми страницами.",
]
ENGLISH = "The ferry to the island leaves at half past nine."


def _installed() -> str:
    """The folder of Tesseract's languages; "" where there is no Tesseract with Russian."""
    if shutil.which("tesseract") is None:
        return ""
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True).stdout
    return listed.partition('"')[2].partition('"')[0] if "rus" in listed.split() else ""


LANGUAGES = _installed()
# CI installs it, so there a missing Tesseract is a failure.
needs_tesseract = pytest.mark.skipif(
    not LANGUAGES and "SEMSEARCH_REQUIRE_TESSERACT" not in os.environ,
    reason="needs Tesseract: apt-get install tesseract-ocr tesseract-ocr-rus",
)


def page(*lines: str, size: int = 22, dark: bool = False) -> Image.Image:
    """Lines in a font that has Cyrillic letters."""
    image = Image.new("RGB", (900, 60 + 2 * size * len(lines)), "#20242b" if dark else "white")
    try:
        font = ImageFont.truetype("DejaVuSans.ttf", size)
    except OSError:
        pytest.fail("there is no font with Cyrillic letters: apt-get install fonts-dejavu-core")
    for n, line in enumerate(lines):
        ink = "#dddddd" if dark else "#222222"
        ImageDraw.Draw(image).text((24, 24 + 2 * size * n), line, ink, font)
    return image


@needs_tesseract
@pytest.mark.parametrize(("size", "dark"), [(14, False), (22, False), (22, True)])
def test_russian_lines_are_read_by_tesseract(size: int, dark: bool) -> None:
    assert TextReader().read(page(*RUSSIAN, size=size, dark=dark)) == Reading(
        "\n".join(RUSSIAN), ("Tesseract (rus)",)
    )


@needs_tesseract
def test_each_line_of_a_page_in_two_scripts_is_read_by_who_knows_it() -> None:
    lines = [ENGLISH, RUSSIAN[0], "Her neighbour's dog sleeps under the kitchen table."]
    assert TextReader().read(page(*lines)) == Reading("\n".join(lines), ("Tesseract (rus)", "rapidocr"))


@needs_tesseract
def test_capitals_that_look_latin_are_read_as_their_page_is() -> None:
    assert TextReader().read(page("МОСКВА", RUSSIAN[0])).text == f"МОСКВА\n{RUSSIAN[0]}"


@needs_tesseract
def test_a_short_sign_is_read() -> None:
    assert TextReader().read(page("Закрыто на обед", size=30)).text == "Закрыто на обед"


@needs_tesseract
def test_a_language_that_tesseract_lacks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "osd.traineddata").symlink_to(Path(LANGUAGES) / "osd.traineddata")
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    assert TextReader().read(page(ENGLISH, *RUSSIAN)) == Reading(
        ENGLISH, ("rapidocr",), "text in Cyrillic script could not be read: install tesseract-ocr-rus"
    )


def test_without_tesseract_it_is_said_that_text_was_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    reading = TextReader().read(page(*RUSSIAN))
    assert (reading.text, reading.readers) == ("", ())
    assert reading.unread.startswith("text that could not be read: it seems to be in another script")
    assert TextReader().read(page(ENGLISH)) == Reading(ENGLISH, ("rapidocr",))

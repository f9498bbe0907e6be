"""Text in pictures: the real reader on pictures with known words."""

import io
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from ingest.readers.picture.ocr import Scan, open_scan, read_page
from semsearch.models.ocr import Reading, TextReader
from semsearch.pictures.decode import decode_whole
from semsearch.records import Kind

SAMPLES = Path(__file__).parents[3] / "samples/library/pictures"

MESSAGE = [
    "The ferry to the island leaves at half past nine.",
    "Please bring the blue folder with the contracts",
    "and two tickets for the evening train to Lyon.",
]


@pytest.fixture(scope="module")
def reader() -> TextReader:
    return TextReader()


def page(
    lines: list[str], size: int = 18, shape: tuple[int, int] = (640, 240), dark: bool = False
) -> Image.Image:
    image = Image.new("RGB", shape, "#1c2129" if dark else "white")
    pen = ImageDraw.Draw(image)
    for n, line in enumerate(lines):
        pen.text(
            (24, 24 + n * 2 * size), line, "#dddddd" if dark else "#222222", ImageFont.load_default(size)
        )
    return image


def accented(line: str, size: int = 24) -> Image.Image:
    """A line with dots and strokes above its letters, which Pillow's own font has not."""
    image, font = Image.new("RGB", (700, 3 * size), "white"), ImageFont.load_default(size)
    pen, x, top = ImageDraw.Draw(image), 24.0, 0.0
    for letter in unicodedata.normalize("NFD", line):
        if not unicodedata.combining(letter):
            pen.text((x, size), letter, "#222222", font)
            left, top, right, _ = pen.textbbox((x, size), letter, font)
            x, middle = x + font.getlength(letter), (left + right) / 2
        elif letter == "\N{COMBINING DIAERESIS}":
            for dot in (middle - size / 7, middle + size / 7):
                pen.circle((dot, top - size / 7), size / 16, "#222222")
        else:
            lean = size / 10 if letter == "\N{COMBINING ACUTE ACCENT}" else -size / 10
            pen.line((middle + lean, top - size / 4, middle - lean, top - size / 10), "#222222", 2)
    return image


def page_text(name: str, number: int) -> str:
    reading = read_page(name, number)
    assert reading is not None
    return reading.text


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def pdf(*pages: Image.Image) -> bytes:
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:])
    return out.getvalue()


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [16, 20, 30])
def test_every_word_of_a_screenshot_is_read_and_parted_from_the_next(
    reader: TextReader, size: int, dark: bool
) -> None:
    found = reader.read(page(MESSAGE, size, (900, 240), dark)).text
    assert words(found) == words(" ".join(MESSAGE))
    assert len(found.split("\n")) == 3


@pytest.mark.parametrize(
    "line", ["Die müden Brüder hören schöne Töne.", "Le café est déjà fermé, voilà le thé préféré."]
)
def test_accents_are_read(reader: TextReader, line: str) -> None:
    assert words(reader.read(accented(line)).text) == words(line)


def test_reading_neither_asks_the_network_nor_prints() -> None:
    program = """
import sys
from PIL import Image, ImageDraw, ImageFont
from semsearch.models.ocr import TextReader

def no_network(event, _):
    if event.startswith("socket."):
        raise RuntimeError(event)

sys.addaudithook(no_network)
reader, picture = TextReader(), Image.new("RGB", (640, 120), "white")
assert reader.read(picture).text == ""
ImageDraw.Draw(picture).text((24, 24), "The ferry leaves", "black", ImageFont.load_default(24))
assert reader.read(picture).text == "The ferry leaves"
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_picture_without_text_has_none(reader: TextReader) -> None:
    image = Image.new("RGB", (640, 480), "skyblue")
    ImageDraw.Draw(image).ellipse((100, 100, 400, 380), "gold")
    assert reader.read(image) == Reading()


@pytest.mark.parametrize("name", ["IMG_0388.jpg", "cradle-at-night.png", "water-cycle.png"])
def test_shapes_in_drawings_are_not_taken_for_letters(reader: TextReader, name: str) -> None:
    """A dog in the snow, stars above a cradle, and mountains: rapidocr reads letters in each."""
    drawing = decode_whole((SAMPLES / name).read_bytes()).views[0]
    assert re.search(r"[\u4e00-\u9fff★]", reader.read(drawing).text) is None


def test_columns_far_apart_are_not_run_together(reader: TextReader) -> None:
    image = page(["Apples and pears"], 18, (1000, 120))
    ImageDraw.Draw(image).text((700, 24), "Seven euros", "#222222", ImageFont.load_default(18))
    assert reader.read(image).text.split("\n") == ["Apples and pears", "Seven euros"]


def test_a_picture_of_a_whole_chat_is_read_from_its_first_line_to_its_last(reader: TextReader) -> None:
    """It is longer than the pieces in which pictures are read; no line is lost between two, or read twice."""
    lines = [f"Message {number} of the long conversation" for number in range(100, 180)]
    found = reader.read(page(lines, 18, (500, 3000))).text
    assert [int(number) for number in re.findall(r"Message (\d+)", found)] == list(range(100, 180))


def test_a_picture_is_a_scan_of_one_page() -> None:
    assert open_scan("note", png(page(MESSAGE)), Kind.IMAGE) == Scan(("",), (0,))
    assert words(page_text("note", 0)) == words(" ".join(MESSAGE))


def test_scanned_pages_are_read_one_by_one_in_any_order() -> None:
    pages = [page([f"{line} Page {n}"], 30, (1000, 400)) for n, line in enumerate(MESSAGE, 1)]
    assert open_scan("letter", pdf(*pages), Kind.TEXT).wanted == (0, 1, 2)
    assert words(page_text("letter", 2)) == [*words(MESSAGE[2]), "page", "3"]
    assert words(page_text("letter", 1)) == [*words(MESSAGE[1]), "page", "2"]


def test_a_blank_page_has_no_text() -> None:
    open_scan("blank", pdf(Image.new("RGB", (600, 400), "white")), Kind.TEXT)
    assert read_page("blank", 0) == Reading()


def test_a_page_of_a_file_that_is_not_open_is_told_from_a_blank_one() -> None:
    open_scan("one", png(page(MESSAGE)), Kind.IMAGE)
    open_scan("two", png(page(MESSAGE)), Kind.IMAGE)
    assert read_page("one", 0) is None


def test_the_pages_beyond_the_limit_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.readers.picture.ocr.MAX_SCANNED_PAGES", 2)
    scan = open_scan("long", pdf(*[page(MESSAGE)] * 5), Kind.TEXT)
    assert (scan.wanted, scan.beyond) == ((0, 1), 3)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_on_its_side_or_on_its_head_is_read_from_its_first_line_to_its_last(
    reader: TextReader, turn: int
) -> None:
    turned = page(MESSAGE, 20, (900, 240)).rotate(turn, expand=True)
    assert reader.read(turned).text == reader.read(page(MESSAGE, 20, (900, 240))).text


def test_the_names_along_the_side_of_a_chart_do_not_turn_it(reader: TextReader) -> None:
    chart = page(["Rainfall by month", "measured at the harbour", "by the lighthouse keeper"], 20, (640, 400))
    axis = Image.new("RGB", (200, 40), "white")
    ImageDraw.Draw(axis).text((10, 5), "millimetres", "#222222", ImageFont.load_default(20))
    chart.paste(axis.rotate(90, expand=True), (0, 180))
    assert reader.read(chart).text.startswith("Rainfall by month\nmeasured at the harbour")


def test_light_writing_on_a_transparent_ground_is_read() -> None:
    image = Image.new("RGBA", (900, 240), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    for n, line in enumerate(MESSAGE):
        pen.text((24, 24 + 50 * n), line, "white", ImageFont.load_default(20))
    open_scan("light", png(image), Kind.IMAGE)
    assert words(page_text("light", 0)) == words(" ".join(MESSAGE))

"""Pages of PDFs: their pictures, their text in its places, the passage framed."""

import io

import pytest
from PIL import Image

from semsearch.errors import FileError
from tests.pdfs import make_pdf, placed_pdf
from web.rendering.pdf_page import Area, draw_page, read_page
from web.rendering.sheet import sheet_of

PDF = make_pdf(["A page before."], ["Oaks live long.", "Roots drink wa-", "ter, deep below.", "The end."])


def test_the_lines_of_a_page_stand_where_they_are_drawn() -> None:
    page = read_page(PDF, 2)
    assert (page.width, page.height, page.pages) == (612, 792, 2)
    assert page.lines[0].text == "Oaks live long."
    first = page.lines[0]
    assert first.area.left == pytest.approx(60, abs=1)
    assert first.area.top < 792 - 760 < first.area.bottom
    assert len(first.edges) == len(first.text) + 1


def test_the_picture_of_a_page_has_the_width_that_is_asked_for() -> None:
    with Image.open(io.BytesIO(draw_page(PDF, 2, 320))) as image:
        assert image.format == "WEBP"
        assert image.width == pytest.approx(320, abs=1)
        assert image.height == pytest.approx(320 * 792 / 612, abs=2)


@pytest.mark.parametrize("number", [0, 3])
def test_a_page_that_is_not_there_is_an_error(number: int) -> None:
    with pytest.raises(FileError, match="2 pages"):
        read_page(PDF, number)


def test_a_damaged_file_is_an_error() -> None:
    with pytest.raises(FileError, match="PDFium"):
        draw_page(b"%PDF-1.4 and nothing", 1, 320)


def test_the_passage_is_framed_and_its_words_are_marked() -> None:
    page = read_page(PDF, 2)
    passage = "Roots drink water, deep below."
    sheet = sheet_of(2, page, passage, "deep below.", {"root"}, "")
    (frame,) = sheet.frames
    lines = {line.text.strip(): line.area for line in page.lines}
    assert frame.top < lines["ter, deep below."].top
    assert lines["Oaks live long."].bottom < frame.bottom < lines["The end."].bottom
    (mark,) = sheet.marks
    assert mark.left == pytest.approx(60, abs=1)
    assert mark.right < frame.right
    (answer,) = sheet.answer
    assert answer.left > frame.left + 10


def test_a_passage_in_two_columns_has_two_frames() -> None:
    left = [(60, 700 - 14 * n, f"left line number {n} of it") for n in range(3)]
    right = [(350, 700 - 14 * n, f"right line number {n} of it") for n in range(3)]
    page = read_page(placed_pdf([*left, *right]), 1)
    passage = " ".join(words for _, _, words in (*left[1:], *right[:2]))
    frames = sheet_of(1, page, passage, "", (), "").frames
    assert [frame.left < 200 for frame in frames] == [True, False]


def test_a_passage_that_is_not_on_the_page_is_not_framed() -> None:
    sheet = sheet_of(2, read_page(PDF, 2), "A page before.", "before", (), "")
    assert (sheet.frames, sheet.answer) == ((), ())


def test_a_part_of_a_line_goes_from_letter_to_letter() -> None:
    line = read_page(PDF, 2).lines[0]
    assert line.part((0, len(line.text))) == Area(
        line.edges[0], line.area.top, line.edges[-1], line.area.bottom
    )

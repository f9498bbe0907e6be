"""The sample library: complete, readable, reproducible; its questions share no word with their answers."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops

SAMPLES = Path(__file__).parents[2] / "samples"
LIBRARY = SAMPLES / "library"
MANUAL = LIBRARY / "household" / "bicycle-workshop.pdf"
TEXTS = sorted(path for ending in ("md", "txt", "html", "py", "rs") for path in LIBRARY.rglob(f"*.{ending}"))
PICTURES = sorted((LIBRARY / "pictures").iterdir())
QUESTIONS: list[dict[str, str]] = json.loads((SAMPLES / "queries.json").read_text(encoding="utf-8"))

# The words of the five questions that carry no meaning of their own.
FUNCTION_WORDS = {"a", "at", "in", "no", "of", "on", "the", "to"}


def make_again(script: str, *arguments: str | Path) -> None:
    subprocess.run([sys.executable, SAMPLES / script, *arguments], check=True, timeout=120)


def manual_pages() -> Iterator[str]:
    with closing(pypdfium2.PdfDocument(MANUAL)) as document:
        for page in document:
            with closing(page), closing(page.get_textpage()) as text:
                yield text.get_text_range()


def stems(text: str) -> set[str]:
    """The words of a text without the commonest English endings: "keeps" and "keeping" become "keep"."""
    return {re.sub(r"(?<=\w{3})(ing|ers?|ed|es|s)$", "", word) for word in re.findall(r"\w+", text.lower())}


def test_the_library_holds_at_least_forty_texts_and_thirty_pictures() -> None:
    assert len(TEXTS) >= 40
    assert len(PICTURES) >= 30


def test_every_text_is_short_utf8_of_some_length() -> None:
    for path in TEXTS:
        assert 110 <= len(path.read_text(encoding="utf-8").split()) <= 400, path


def test_every_picture_opens_and_has_one_size() -> None:
    for path in PICTURES:
        with Image.open(path) as image:
            image.load()
            assert image.size == (640, 480), path


def test_the_pictures_stay_below_two_megabytes() -> None:
    assert sum(path.stat().st_size for path in PICTURES) < 2_000_000


def test_draw_knows_exactly_the_pictures_that_are_there() -> None:
    # As a script finds its modules: in its own folder, which is on no path here.
    command = [sys.executable, "-c", "import draw; print(*sorted(draw.PICTURES), sep='\\n')"]
    listed = subprocess.run(command, cwd=SAMPLES, check=True, capture_output=True, text=True, timeout=60)
    assert listed.stdout.split() == [path.name for path in PICTURES]


@pytest.mark.parametrize("name", ["red-scarf.png", "water-cycle.png", "Screenshot_0231.png"])
def test_draw_reproduces_the_committed_picture(name: str, tmp_path: Path) -> None:
    make_again("draw.py", name, "--to", tmp_path)
    with Image.open(tmp_path / name) as drawn, Image.open(LIBRARY / "pictures" / name) as committed:
        difference = ImageChops.difference(drawn.convert("RGB"), committed.convert("RGB"))
    assert difference.getbbox() is None


def test_make_pdf_reproduces_the_manual_to_the_byte(tmp_path: Path) -> None:
    make_again("make_pdf.py", "--to", tmp_path / "manual.pdf")
    assert (tmp_path / "manual.pdf").read_bytes() == MANUAL.read_bytes()


def test_the_manual_gives_back_its_text_page_by_page() -> None:
    source = (SAMPLES / "bicycle-workshop.txt").read_text(encoding="utf-8").split("\f")
    pages = list(manual_pages())
    assert len(pages) == len(source) >= 3
    for number, (extracted, written) in enumerate(zip(pages, source, strict=True), start=1):
        expected = ["The", "bicycle", "workshop", str(number), *written.split()]
        assert extracted.split() == expected, f"page {number}"


def test_there_are_five_questions_whose_answers_exist() -> None:
    assert len(QUESTIONS) == 5
    for question in QUESTIONS:
        assert (LIBRARY / question["expects"]).is_file()
        assert (LIBRARY / question.get("picture", "")).exists()


@pytest.mark.parametrize("question", QUESTIONS, ids=[question["query"] for question in QUESTIONS])
def test_no_content_word_of_a_question_occurs_anywhere_in_the_library(question: dict[str, str]) -> None:
    words = stems(" ".join(word for word in question["query"].split() if word not in FUNCTION_WORDS))
    for path in (*TEXTS, *PICTURES):
        text = path.read_text(encoding="utf-8") if path in TEXTS else ""
        shared = words & stems(f"{path.relative_to(LIBRARY).as_posix().replace('_', ' ')} {text}")
        assert not shared, f"{path} says {shared}"
    assert not words & stems(" ".join(manual_pages()))


def test_the_readme_names_every_question_with_its_answers() -> None:
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    for question in QUESTIONS:
        row = next(line for line in readme.splitlines() if line.startswith(f"| {question['query']} |"))
        assert f"`{question['expects']}`" in row
        assert question.get("picture", "") in row

"""Text is told from what a broken font gives in its place."""

from pathlib import Path

import pytest

from benchmarks.ocr import _LANGUAGES
from ingest.readers.pdf.glyph_soup import is_glyph_soup

LINES = (
    "The keeper of the lighthouse wrote down the weather every evening. On Monday there was fog, and the "
    "horn sounded all night. On Tuesday a gale came from the west."
)
SAMPLES = Path(__file__).parents[4] / "samples/library"


def moved(text: str, by: int) -> str:
    """The text with each character moved, as by a font that numbers its glyphs in another way."""
    return "".join(chr(ord(each) + by) if each.isalpha() else each for each in text)


@pytest.mark.parametrize(
    "soup",
    [
        "".join(chr(0xE000 + ord(each)) for each in LINES),
        "\ufffd" * 20 + " a keeper " + "\ufffd" * 20,
        "".join(f"(cid:{ord(each)})" for each in LINES),
        "".join(f"/g{ord(each)}" for each in LINES),
        moved(LINES, 1),
        moved(LINES, -29),
        LINES.translate(str.maketrans("aeioutnshr", "xqzjkwvpfb")),
        moved(LINES.lower(), -64),
        moved("Der Wärter schrieb jeden Abend das Wetter auf, und am Montag gab es Nebel im ganzen Land. ", 1)
        + moved("Dienstags wehte der Wind so stark, dass die Fischer ihre Boote auf den Strand zogen.", 1),
    ],
    ids=["private", "unknown", "cid", "names", "next", "shifted", "exchanged", "signs", "german"],
)
def test_what_nobody_can_read_is_soup(soup: str) -> None:
    assert is_glyph_soup(soup)


@pytest.mark.parametrize("language", sorted(_LANGUAGES))
def test_no_language_is_soup(language: str) -> None:
    assert not is_glyph_soup("\n".join(_LANGUAGES[language]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "42",
        "Mae'r llyfrgell ar agor bob dydd rhwng naw a phump, ac mae croeso cynnes i bawb yn y dref fach hon.",
        "Hääyöaie on vanha sana, ja pöytäkirja luettiin ääneen kokouksen lopussa ennen kahvitaukoa.",
        "Strč prst skrz krk. Zmrzlina, čtvrtek, vlk, smrt, krb, hrst, trn, plž, srp a prst.",
        "Nguyễn Thị Minh Khai và những người bạn đã đến Hà Nội vào một buổi sáng mùa thu.",
        "Shchedrin, Tchaikovsky, Khrushchev, Dzerzhinsky, Rzhevsky, Vsevolod Pskov, Zhytomyr, Kharkiv",
        "12.50  3,100.00  -7.25\n88.10  4,020.00  9.99",
        "XKC-2231 BRKT M8x40 QTY 12\nXKC-2232 WSHR M8 QTY 24\nPN 778-11 HSG ASSY LH\nPN 779-12 SPRG RH",
        "def read(path):\n    with open(path) as file:\n        return [line.strip() for line in file]",
        "ACGTACGGTTACGATCGATTTACG ACGTTGCA",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ\nabcdefghijklmnopqrstuvwxyz",
        "Contents\nRivers ............................. 4\nLakes .............................. 19",
        "灯台守は毎晩天気を書き留めた。月曜日は霧だった。",
        "Сторож маяка каждый вечер записывал погоду.",
    ],
)
def test_what_people_can_read_is_text(text: str) -> None:
    assert not is_glyph_soup(text)


@pytest.mark.parametrize("path", sorted(SAMPLES.rglob("*.[mt][dx]*")), ids=lambda path: path.name)
def test_no_part_of_the_samples_is_soup(path: Path) -> None:
    text = path.read_text()
    assert not [part for at in range(0, len(text), 300) if is_glyph_soup(part := text[at : at + 300])]

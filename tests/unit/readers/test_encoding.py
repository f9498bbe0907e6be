"""Encodings: which one a text has that does not say it."""

import random
from collections.abc import Iterable

import pytest

from ingest.readers.encoding.guess import encoding_of
from ingest.readers.registry import parse
from ingest.readers.text import decode, decoded
from semsearch.errors import FileError, NothingToIndexError
from semsearch.formats.table import FORMATS
from tests.unit.readers.sentences import SENTENCES

GUESTS = "Gästebuch der Hütte\n\nHeute früh über den Grat, später Sonne. Müsli und Käse waren großartig.\n"
RUSSIAN = "Над лесом рано утром висит туман, и птицы перестают петь.\n"


def texts(language: str) -> list[tuple[str, str]]:
    """Each sentence of a language with each of its encodings that can write it."""
    encodings, sentences = SENTENCES[language]
    found = []
    for encoding in encodings.split():
        for sentence in sentences:
            try:
                sentence.encode(encoding)
            except UnicodeEncodeError:
                continue
            found.append((sentence, encoding))
    return found


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_is_read_in_every_code_page_of_its_language(language: str) -> None:
    wrong = [
        (encoding, decode(sentence.encode(encoding)))
        for sentence, encoding in texts(language)
        if decode(sentence.encode(encoding)) != sentence
    ]
    assert wrong == []


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_encodings_need_no_mark(encoding: str) -> None:
    for language, (_, sentences) in SENTENCES.items():
        if language == "Thai" and encoding.startswith("utf-16"):
            continue  # without a space, its bytes are valid ASCII
        for sentence in (*sentences, "\n".join(sentences) * 20):
            assert decode(sentence.encode(encoding)) == sentence, language


def test_random_bytes_are_no_text() -> None:
    draw = random.Random(3)
    for size in (300, 1_000, 10_000):
        for _ in range(50):
            with pytest.raises(NothingToIndexError, match="binary"):
                encoding_of(draw.randbytes(size))


@pytest.mark.parametrize("stray", [b"\x93Servus\x94", b"\x80 100", b"na\xefve caf\xe9"])
def test_a_few_stray_bytes_leave_a_text_utf_8(stray: bytes) -> None:
    read = decoded(GUESTS.encode() * 5 + stray)
    assert read.text == GUESTS * 5 + stray.decode("cp1252")
    assert read.encoding == "utf-8+cp1252"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(GUESTS, "cp1252"), (RUSSIAN, "koi8_r"), (SENTENCES["Japanese"][1][0] + "\n", "cp932")],
)
def test_lines_in_another_encoding_are_read_beside_those_in_utf_8(text: str, encoding: str) -> None:
    read = decoded(text.encode() * 3 + text.encode(encoding) * 3)
    assert read.text == text * 6
    assert read.encoding == f"utf-8+{encoding}"


def test_a_declared_encoding_is_what_browsers_take_it_for() -> None:
    assert decode("“Fünf”".encode("cp1252"), "iso-8859-1") == "“Fünf”"
    assert decode("朝のニュース①".encode("cp932"), "shift_jis") == "朝のニュース①"
    assert decode("Fünf Füße".encode("cp1252"), "rot13") == "Fünf Füße"


def test_mail_of_seven_bits_is_read() -> None:
    assert decode("森の上の霧".encode("iso2022_jp")) == "森の上の霧"


def test_a_doubtful_guess_is_said_with_the_document() -> None:
    row = FORMATS.of_path("a.txt")
    assert row is not None
    encodings = {
        data: parse(data, "a.txt", row, None).encoding  # type: ignore[union-attr]
        for data in (
            "café".encode("cp850"),
            GUESTS.encode("cp850") * 3,
            GUESTS.encode(),
            RUSSIAN.encode("utf-16-le"),
        )
    }
    assert list(encodings.values()) == ["cp850 (not sure)", "cp850", "utf-8", "utf-16-le"]


def test_a_file_of_usenet_with_a_yenc_block_is_text() -> None:
    block = bytes(byte for byte in random.Random(1).randbytes(9_000) if byte not in b"\0\r\n=")
    lines = b"\r\n".join(block[at : at + 128] for at in range(0, len(block), 128))
    message = (
        b"The holiday pictures.\r\n\r\n=ybegin line=128 size=9000 name=beach.jpg\r\n%s\r\n=yend size=9000\r\n"
    )
    assert decode(message % lines).split("\n")[2:] == [
        "=ybegin line=128 size=9000 name=beach.jpg",
        "=yend size=9000",
        "",
    ]
    with pytest.raises(FileError, match="binary"):
        decode(lines)


@pytest.mark.parametrize(
    ("text", "encodings"),
    [
        (
            "Paragraph five tells of Zürich and the Müller family, and of nothing else.",
            "cp1252 cp850 mac_roman",
        ),
        ("The train to Łódź leaves at nine, said Mr Wałęsa.", "cp1250 cp852 iso8859_2"),
        ("See Пушкин in the list of authors, among others.", "cp1251 koi8_r cp866"),
        ("“Hello,” she said—“it’s fine…”", "cp1252 mac_roman"),
        ("Temperature 20 °C, area 30 m², price 12 €", "cp1252 iso8859_15"),
        ("Name;Ort\nMüller;Köln\nSchäfer;Würzburg\nGroß;Düsseldorf", "cp1252 cp850 mac_roman"),
        ("JOSÉ MUÑOZ PEÑA", "cp1252 cp850 mac_roman"),
        ("┌────────┐\n│ Größe  │\n└────────┘", "cp437 cp850"),
        ("║ Счёт ║\n║ Итого ║", "cp866"),
    ],
)
def test_names_in_another_language_signs_and_drawn_tables_are_read(text: str, encodings: str) -> None:
    assert [decode(text.encode(each)) for each in encodings.split()] == [text] * len(encodings.split())


@pytest.mark.parametrize("kept_bytes", [(0x81, 0x8D, 0x8F, 0x90, 0x9D), range(0x80, 0xA0)])
@pytest.mark.parametrize("language", ["German", "French", "Polish", "Russian", "Greek"])
def test_utf_8_that_a_program_has_encoded_again_is_read_as_it_was_written(
    language: str, kept_bytes: Iterable[int]
) -> None:
    text = "\n".join(SENTENCES[language][1])
    kept = {byte: chr(byte) for byte in kept_bytes}
    again = "".join(kept.get(byte) or bytes((byte,)).decode("cp1252") for byte in text.encode())
    read = decoded(again.encode())
    assert (read.text, read.encoding) == (text, "twice-utf-8")


@pytest.mark.parametrize(
    "text", ["MÃ¼sli is what is left of one umlaut", "SÃO PAULO, AÇÃO", "£5, Â£5 and 5 €", "Ã©tÃ© or été"]
)
def test_utf_8_in_which_something_else_is_written_is_left_as_it_is(text: str) -> None:
    assert decode(text.encode()) == text

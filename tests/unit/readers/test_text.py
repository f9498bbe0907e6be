"""Plain text: encodings and titles."""

import codecs

import pytest

from ingest.readers import limits
from ingest.readers.documents import TextDocument
from ingest.readers.registry import parse
from ingest.readers.text import decode, read_code, read_text, title_of
from semsearch.errors import FileError
from semsearch.formats.table import FORMATS

GERMAN = "Über den Wäldern hängt früh der Nebel, und die Vögel hören auf zu singen. Größe, Straße, Füße. " * 5
RUSSIAN = "Над лесом рано утром висит туман, и птицы перестают петь. Осенью листья падают с деревьев. " * 5
JAPANESE = "森の上には早朝から霧がかかり、鳥たちは歌うのをやめる。秋には木の葉が落ちて、道は静かになる。" * 5


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "utf-8"),
        (GERMAN, "utf-8-sig"),
        (GERMAN, "utf-16"),
        (GERMAN, "utf-16-le"),
        (GERMAN, "utf-16-be"),
        (GERMAN, "utf-32"),
        (GERMAN, "cp1252"),
        (RUSSIAN, "utf-8"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "utf-16"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
    ],
)
def test_each_encoding_is_read(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("mark", "encoding"), [(codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF32_BE, "utf-32-be")]
)
def test_big_endian_marks_are_honoured(mark: bytes, encoding: str) -> None:
    assert decode(mark + GERMAN.encode(encoding)) == GERMAN


def test_a_short_text_in_windows_1252_is_read() -> None:
    assert decode("Café “Zürich”".encode("cp1252")) == "Café “Zürich”"


def test_a_declared_encoding_is_used_where_it_fits() -> None:
    assert decode("Füße".encode("iso-8859-15"), "iso-8859-15") == "Füße"
    assert decode("Füße".encode(), "iso-8859-1") == "Füße"
    assert decode("Kalte Füße".encode("cp1252"), "no-such-encoding") == "Kalte Füße"


def test_newlines_controls_and_surrogates_are_made_plain() -> None:
    assert decode(b"a\r\nb\rc\x0b\x07d\x1fe\tE\xef\xbb\xbf") == "a\nb\nc\nd e\tE"
    assert decode(b"\x1b[1;31mERROR\x1b[0m \x1b]0;title\x07done") == "ERROR done"
    assert decode(b"N\bNA\bAM\bME\bE _\bm_\ba_\bn") == "NAME man"
    half = "a\ud800b".encode("utf-16-le", "surrogatepass")
    assert "\ud800" not in decode(codecs.BOM_UTF16_LE + half)


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 20,
        b"\x7fELF" + b"\0" * 60 + b"code",
        b"\x00\x01\x02" * 500,
        b"\x1f\x8b\x08\x03\xff" * 90,
    ],
)
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(FileError, match="binary data, not text"):
        decode(data)


def test_one_stray_zero_does_not_make_a_text_binary() -> None:
    assert decode(GERMAN.encode() + b"\0") == GERMAN


def test_white_space_alone_is_empty() -> None:
    with pytest.raises(FileError, match="empty"):
        decode(b" \r\n\t\n")


def test_the_first_characters_of_too_long_a_text_are_read_and_the_document_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "MAX_CHARACTERS", 2_000_000)
    row = FORMATS.of_path("a.html")
    assert row is not None
    for length, left_out in (
        (2_000_000, ""),
        (2_000_001, "the first 2 of 3 million characters were read"),
    ):
        words = ("a few words " * length)[: length - 1] + "x"
        document = parse(b"<p>" + words.encode(), "a.html", row, None)
        assert isinstance(document, TextDocument)
        assert (document.text, document.left_out) == (words[:2_000_000], left_out)


def test_a_short_first_line_that_stands_alone_is_the_title() -> None:
    document = read_text(b"\n Onions \n\nThey keep well.\n", "garden_notes.txt", "text/plain")
    assert (document.title, document.title_in_file) == ("Onions", True)
    assert read_text(b"## Onions\n\nThey keep well.\n", "a.txt", "text/plain").title == "Onions"
    for source in (b"Onions\nkeep well.", b"Onions", b"Onions\n\n", b"x" * 121 + b"\n\ny"):
        document = read_text(source, "notes/garden_notes.txt", "text/plain")
        assert (document.title, document.title_in_file) == ("garden notes", False)


def test_code_is_named_by_its_file() -> None:
    document = read_code(b"import os\n\nprint(1)\n", "tools/run.py", "text/x-python")
    assert (document.title, document.title_in_file) == ("run.py", False)


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("a/garden_plan-2.md", "garden plan 2"),
        ("report.v1.2.txt", "report v1.2"),
        ("---.txt", "---"),
        ("caf\udce9.txt", "caf\ufffd"),
        ("C++_primer.pdf", "C++ primer"),
        ("a+b.txt", "a b"),
        ("Notes on .NET.txt", "Notes on .NET"),
        ("Cafe\u0301.txt", "Café"),
        ("README", "README"),
    ],
)
def test_a_file_name_becomes_a_readable_title(path: str, title: str) -> None:
    assert title_of(path) == title

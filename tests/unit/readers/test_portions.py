"""Long texts in portions: together they say what the whole text says."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

import pytest

from ingest.readers.documents import Border, TextDocument
from ingest.readers.portions import decode_border, encode_border, read_portion
from ingest.readers.registry import parse
from semsearch.errors import FileError
from semsearch.formats.format import Format
from semsearch.formats.table import FORMATS

GERMAN = "Über den Wäldern hängt früh der Nebel, und die Vögel hören auf zu singen. Größe, Straße, Füße.\n"
RUSSIAN = "Над лесом рано утром висит туман, и птицы перестают петь. Осенью листья падают с деревьев.\n"
JAPANESE = "森の上には早朝から霧がかかり、鳥たちは歌うのをやめる。秋には木の葉が落ちて、道は静かになる。\n"


def row_of(name: str) -> Format:
    row = FORMATS.of_path(name)
    assert row is not None
    return row


def portions(data: bytes, name: str, size: int) -> Iterator[tuple[Border, TextDocument]]:
    border, end = Border(), 0
    while end < len(data):
        begin, end = border, min(len(data), border.at + size)
        document, border = read_portion(data[begin.at : end], name, row_of(name), begin, more=end < len(data))
        assert border.at > begin.at
        yield begin, document


def text_of(data: bytes, name: str, size: int) -> str:
    """The text of all portions. Each begins where it says that it does."""
    text = ""
    for begin, document in portions(data, name, size):
        assert begin.start == len(text)
        text += document.text
    return text


def whole(data: bytes, name: str) -> TextDocument:
    document = parse(data, name, row_of(name), None)
    assert isinstance(document, TextDocument)
    return document


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
        (JAPANESE, "utf-8"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        ("ਊ਀ ਊ਀਀ਊ\n", "utf-16"),  # half of each of these letters looks like half of a newline
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("size", [400, 1_001])
def test_portions_in_each_encoding_have_the_text_of_the_whole(
    text: str, encoding: str, newline: str, size: int
) -> None:
    data = (text * 40).replace("\n", newline).encode(encoding)
    assert text_of(data, "a.txt", size) == text * 40


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
@pytest.mark.parametrize("size", range(100, 116))
def test_a_line_longer_than_a_portion_is_cut_between_words(encoding: str, size: int) -> None:
    text = "Größe, Straße, Füße und " * 40
    data = text.encode(encoding)
    parts = [document.text for _, document in portions(data, "a.txt", size)]
    assert "".join(parts) == text
    assert all(part.endswith(" ") for part in parts)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32", "shift_jis"])
@pytest.mark.parametrize("size", range(100, 108))
def test_a_text_without_spaces_is_cut_between_characters(encoding: str, size: int) -> None:
    text = JAPANESE.strip() * 20
    assert text_of(text.encode(encoding), "a.txt", size) == text


def test_the_encoding_is_found_in_the_first_portion_that_shows_it() -> None:
    text = "plain ASCII on every line\n" * 40 + GERMAN * 40
    assert text_of(text.encode("cp1252"), "a.txt", 500) == text
    assert text_of(text.encode(), "a.txt", 500) == text


def test_a_stray_byte_in_a_later_portion_is_read_as_in_the_whole() -> None:
    data = (GERMAN * 20).encode() + b"\x93Servus\x94\n" + (GERMAN * 20).encode()
    assert text_of(data, "a.txt", 500) == whole(data, "a.txt").text == data.decode("utf-8+cp1252")
    lines = GERMAN.encode() * 10 + GERMAN.encode("cp1252") * 2
    assert text_of(lines * 3, "a.txt", 800) == GERMAN * 36


def test_a_portion_ends_with_a_paragraph_if_one_ends_near_its_end() -> None:
    text = "line\n" * 18 + "\n" + "line\n" * 30
    for source in (text, text.replace("\n", "\r\n")):
        first = next(portions(source.encode(), "a.txt", len("line\n" * 20) * len(source) // len(text)))[1]
        assert first.text == "line\n" * 18 + "\n"


def test_all_portions_have_the_title_of_the_first() -> None:
    data = ("The Onion\n\n" + "They keep well.\n\n" * 50).encode()
    assert {(document.title, document.title_in_file) for _, document in portions(data, "a.txt", 200)} == {
        ("The Onion", True)
    }


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("size", range(200, 230, 3))
def test_portions_of_a_table_have_its_rows_whole_and_with_their_names(delimiter: str, size: int) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(["Name", "Remark"])
    for n in range(60):
        writer.writerow([f"Ada {n}", f'says "{n}"\nand, then; goes on\nfor {n} lines'])
    data = out.getvalue().encode()
    assert text_of(data, "a.csv", size) == whole(data, "a.csv").text
    assert text_of(data, "a.csv", size).count("Name: Ada") == 60


def test_a_quote_that_is_never_closed_does_not_stop_the_portions() -> None:
    data = b"Name,Remark\n" + b"Ada,good\n" * 20 + b'Bob,"open\n' + b"Eve,fine\n" * 100
    text = text_of(data, "a.csv", 300)
    assert (text.count("Ada"), text.count("Bob"), text.count("Eve")) == (20, 1, 100)


def test_portions_of_json_lines_have_the_text_of_the_whole() -> None:
    data = b"".join(b'{"name": "Ada %d", "born": {"year": 1815}}\n' % n for n in range(60))
    assert text_of(data, "a.jsonl", 110) == whole(data, "a.jsonl").text


def test_headings_and_code_of_markdown_go_on_in_the_next_portion() -> None:
    lines = [
        "# Garden",
        "",
        "## Onions",
        "",
        *["They keep well.", ""] * 20,
        "```",
        *["# no heading"] * 20,
        "```",
    ]
    data = "\n".join([*lines, "## Roots", "", *["Carrots."] * 20]).encode()
    found = list(portions(data, "a.md", 130))
    seen = data.decode().replace("```", "").replace("## ", "").replace("# G", "G").split()
    assert "".join(document.text for _, document in found).split() == seen
    titles = [[(heading.level, heading.title) for heading in document.headings] for _, document in found]
    assert titles[1] == [(1, "Garden"), (2, "Onions")]
    assert all(heading.start == -1 for heading in found[1][1].headings)
    assert titles[-1] == [(1, "Garden"), (2, "Roots")]
    assert not any("no heading" in title for each in titles for _, title in each)


def test_a_portion_without_text_keeps_the_places_of_the_others() -> None:
    text = "first\n" * 20 + " \n" * 200 + "last\n" * 20
    assert text_of(text.encode(), "a.txt", 100) == text


def test_a_binary_file_is_refused() -> None:
    with pytest.raises(FileError, match="binary data"):
        list(portions(bytes(range(256)) * 10, "a.txt", 1_000))


def test_a_border_can_be_kept_as_text() -> None:
    data = b"# Garden\n\n" + b"They keep well.\n" * 30
    begin, _ = list(portions(data, "a.md", 100))[1]
    assert begin.context.headings
    assert decode_border(encode_border(begin)) == begin
    assert decode_border("") == Border()
    table = replace(begin, context=replace(begin.context, names=("a", "b"), delimiter=";"))
    assert decode_border(encode_border(table)) == table

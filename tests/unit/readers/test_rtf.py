"""RTF: text, notes, headers and footers."""

import pytest

from ingest.readers.documents import TextDocument
from ingest.readers.rtf import read_rtf
from semsearch.errors import FileError


def read(body: str) -> TextDocument:
    source = rf"{{\rtf1\ansi\ansicpg1252{{\fonttbl{{\f0\fcharset204 Arial;}}}}{body}}}"
    return read_rtf(source.encode("cp1252"), "my_letter.rtf", "application/rtf")


def test_paragraphs_and_letters_of_every_kind() -> None:
    document = read(r"Caf\'e9 \u8364? \u-10179?\u-8704?\par {\f0\'cf\'f0}\par\b bold\b0  text\line on")
    assert document.text == "Café € \N{GRINNING FACE}\n\nПр\n\nbold text\n\non"
    assert (document.title, document.title_in_file) == ("my letter", False)


def test_the_title_is_in_its_properties() -> None:
    assert read(r"{\info{\title Caf\'e9 notes}}Text.").title == "Café notes"
    assert read(r"{\info{\title Microsoft Word - a.doc}}Text.").title == "my letter"


def test_notes_follow_their_paragraph_and_headers_come_at_the_end() -> None:
    noted = r"One{\super 1}{\footnote {\super 1} A {\b bold} note.} more."
    document = read(rf"{{\header ACME\par}}{noted}\par Two.{{\footerr\qc ACME}}")
    assert document.text == "One1 more.\n\n1 A bold note.\n\nTwo.\n\nACME"


def test_a_row_of_a_table_is_a_line() -> None:
    document = read(r"Prices:\par\trowd onions\cell 2\cell\row\trowd leeks\cell 3\cell\row End.")
    assert document.text == "Prices:\n\nonions | 2\nleeks | 3\n\nEnd."


def test_empty_cells_keep_the_others_in_their_columns() -> None:
    rows = (
        r"\cell Mon\cell Tue\cell\row",
        r"8:00\cell\cell\tab Art\tab x\cell\row",
        r"9:00\cell\cell\cell\row",
    )
    text = read("".join(rf"\trowd {row}" for row in rows)).text
    assert text == "| Mon | Tue\n8:00 |  Art x\n9:00 |"


def test_rows_with_other_cells_are_a_table_of_their_own() -> None:
    rows = (
        r"Crew\cell\row",
        r"Ada\cell\cell 7\cell\row",
        r"Bo\cell 1\cell\cell\row",
        r"wide\cell 8\cell\row",
    )
    text = read("".join(rf"\trowd {row}" for row in rows)).text
    assert text == "Crew\n\nAda |  7\nBo | 1 |\n\nwide | 8"


def test_a_note_in_a_row_follows_it() -> None:
    noted = r"\trowd a{\footnote Really?}\cell b\cell\row\trowd c\cell d\cell\row"
    assert read(noted).text == "a | b\n\nReally?\n\nc | d"


def test_a_large_picture_costs_no_time() -> None:
    picture = ("89504e47" * 16 + "\n") * 20_000
    assert read(rf"Before{{\pict\pngblip {picture}}} after").text == "Before after"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (rb"{\rtf1 }", "no text in this document"),
        (b"PK\x03\x04", "not RTF, whatever its name says: this is another kind of ZIP archive"),
        (b"Dear all", "not RTF, whatever its name says: this is text"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(FileError, match=reason):
        read_rtf(data, "a.rtf", "application/rtf")


def test_a_torn_file_gives_what_is_left() -> None:
    assert read_rtf(rb"{\rtf1 One{\footnote two", "a.rtf", "application/rtf").text.startswith("One")

"""EPUB: chapters in reading order, titles, authors, and protected books."""

import pytest

from ingest.readers.documents import TextDocument
from ingest.readers.epub import read_epub
from semsearch.errors import FileError
from tests.archives import zipped

CONTAINER = '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
NAV = '<html><nav><a href="ch%201.xhtml">The First</a><a href="two.xhtml#x">Second</a></nav></html>'
NCX = (
    '<ncx xmlns="urn:ncx"><navPoint><navLabel><text>The First</text></navLabel><content src="ch%201.xhtml"/>'
    '<navPoint><navLabel><text>Second</text></navLabel><content src="two.xhtml"/></navPoint></navPoint></ncx>'
)


def page(body: str) -> str:
    return f'<?xml version="1.0"?><html xmlns="urn:html"><head><title/></head><body>{body}</body></html>'


def epub(
    one: str = "<p>It began.</p>",
    two: str = "<p>It ended.</p>",
    title: str = "A Book",
    contents: str = NAV,
    **members: str,
) -> bytes:
    kind = 'media-type="application/x-dtbncx+xml"' if contents == NCX else 'properties="nav"'
    items = (
        f'<item id="b" href="two.xhtml"/><item id="a" href="ch%201.xhtml"/><item id="n" href="nav" {kind}/>'
    )
    order = "".join(f'<itemref idref="{key}"/>' for key in ("n", "a", "gone", "b"))
    creators = "<dc:creator>Ada Lovelace</dc:creator><dc:creator>Alan Turing</dc:creator>"
    package = (
        f'<package xmlns:dc="urn:dc"><metadata><dc:title>{title}</dc:title>{creators}</metadata>'
        f'<manifest>{items}<item id="gone" href="x.xhtml"/></manifest><spine>{order}</spine></package>'
    )
    return zipped(
        {
            "META-INF/container.xml": CONTAINER,
            "OPS/book.opf": package,
            "OPS/nav": contents,
            "OPS/ch 1.xhtml": page(one),
            "OPS/two.xhtml": page(two),
            **members,
        }
    )


def read(data: bytes) -> TextDocument:
    return read_epub(data, "my_book.epub", "application/epub+zip")


@pytest.mark.parametrize("contents", [NAV, NCX])
def test_chapters_come_in_reading_order_below_their_titles(contents: str) -> None:
    document = read(epub(contents=contents))
    assert document.text == "Ada Lovelace; Alan Turing\n\nThe First\n\nIt began.\n\nSecond\n\nIt ended."
    assert [document.text[heading.start :].split("\n")[0] for heading in document.headings] == [
        "The First",
        "Second",
    ]
    assert (document.title, document.title_in_file) == ("A Book", True)


def test_headings_in_a_chapter_go_before_the_table_of_contents() -> None:
    document = read(
        epub(one="<h1>I</h1><p>It began.</p><h2>Later</h2><p>On.</p>", two="<p>Second</p><p>End.</p>")
    )
    assert [(heading.level, heading.title) for heading in document.headings] == [
        (1, "I"),
        (2, "Later"),
        (1, "Second"),
    ]
    assert document.text.endswith("On.\n\nSecond\n\nEnd.")


def test_notes_beside_the_text_are_read_and_empty_pages_passed() -> None:
    assert "A note." in read(epub(one="<p>Text.</p><aside><p>A note.</p></aside>")).text
    assert "It ended." in read(epub(one='<img src="cover.jpg"/>')).text


def test_without_a_table_of_contents_a_book_is_read_all_the_same() -> None:
    assert read(epub(contents="<html>&nbsp;", title="")).text.endswith("It began.\n\nIt ended.")


def locked(member: str) -> str:
    return f'<encryption><EncryptedData><CipherReference URI="{member}"/></EncryptedData></encryption>'


def test_a_book_with_scrambled_fonts_is_read_and_a_locked_one_is_not() -> None:
    assert read(epub(**{"META-INF/encryption.xml": locked("OPS/font.otf")})).title == "A Book"
    with pytest.raises(FileError, match=r"protected against copying \(DRM\)"):
        read(epub(**{"META-INF/encryption.xml": locked("OPS/ch%201.xhtml")}))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped({"META-INF/container.xml": CONTAINER}), "damaged: it has no OPS/book.opf"),
        (zipped({"a": "x"}), "not an EPUB book"),
        (b"%PDF-1.4", "not an EPUB book, whatever its name says: this is a PDF"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(FileError, match=reason):
        read(data)

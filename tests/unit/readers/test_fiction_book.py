"""FictionBook."""

import pytest

from ingest.readers.documents import TextDocument
from ingest.readers.fiction_book import read_fiction_book
from semsearch.errors import FileError


def book(body: str, about: str = "<book-title>The Heron</book-title>") -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0">'
        "<description><title-info><author><first-name>Ida</first-name><last-name>Marsh</last-name></author>"
        f"{about}</title-info></description>{body}"
        "<binary id='c' content-type='image/png'>iVBORw0KGgo=</binary></FictionBook>"
    )


def read(body: str, encoding: str = "utf-8", **options: str) -> TextDocument:
    data = book(body, **options).replace("utf-8", encoding, 1).encode(encoding)
    return read_fiction_book(data, "heron.fb2", "application/x-fictionbook+xml")


def test_sections_stand_below_their_titles_and_pictures_are_left_out() -> None:
    document = read(
        "<body><title><p>The</p><p>Heron</p></title><section><title><p>One</p></title>"
        "<p>A h<emphasis>er</emphasis>on waits.</p><section><title><p>Night</p></title>"
        "<poem><stanza><v>Reeds,</v><v>rain.</v></stanza></poem>"
        '</section></section></body><body name="notes"><section><p>A wading bird.</p></section></body>'
    )
    assert document.text == (
        "Ida Marsh\n\nThe Heron\n\nOne\n\nA heron waits.\n\nNight\n\nReeds,\nrain.\n\nA wading bird."
    )
    assert [(each.level, each.title) for each in document.headings] == [
        (1, "The Heron"),
        (2, "One"),
        (3, "Night"),
    ]
    assert (document.title, document.title_in_file) == ("The Heron", True)


def test_the_encoding_that_it_declares_is_used() -> None:
    text = read("<body><section><p>Цапля ждёт.</p></section></body>", "windows-1251").text
    assert text.endswith("Цапля ждёт.")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<FictionBook><body>", "damaged: "),
        (b"<svg/>", "not a FictionBook, whatever its name says: this is XML with <svg>"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><FictionBook>&b;</FictionBook>', "it defines XML entities"),
        (b"<FictionBook/>", "no text in this document"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(FileError, match=reason):
        read_fiction_book(data, "heron.fb2", "application/x-fictionbook+xml")

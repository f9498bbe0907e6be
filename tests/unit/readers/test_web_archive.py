"""MHTML."""

from __future__ import annotations

import pytest

from ingest.readers.documents import TextDocument
from ingest.readers.web_archive import read_web_archive
from semsearch.errors import FileError

_PAGE = (
    "<html><head><title>Moor hut</title></head><body><nav>Home</nav><main><p>The h=C3=BCt opens.</p></main>"
)


def read(text: str) -> TextDocument:
    return read_web_archive(text.replace("\n", "\r\n").encode(), "hut.mht", "multipart/related")


def part(kind: str, encoding: str, content: str) -> str:
    return f"--b\nContent-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n\n{content}\n"


def archive(*parts: str) -> str:
    head = "From: <Saved by Blink>\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n"
    return head + "".join(parts) + "--b--\n"


def test_the_main_text_of_the_page_is_read_and_nothing_else() -> None:
    document = read(archive(
        part('text/html; charset="utf-8"', "quoted-printable", _PAGE),
        part("image/png", "base64", "iVBORw0KGgo="), part("text/css", "7bit", "p { color: red }"),
    ))  # fmt: skip
    assert (document.title, document.text, document.media_type) == (
        "Moor hut", "The hüt opens.", "multipart/related",
    )  # fmt: skip


def test_a_page_without_pictures_is_one_part() -> None:
    assert (
        read(f"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<p>{'Owls. ' * 9}</p>").text[:5]
        == "Owls."
    )


@pytest.mark.parametrize("text", ["", "words", archive(part("image/png", "base64", "iVBORw0KGgo="))])
def test_a_file_without_a_page_is_refused(text: str) -> None:
    with pytest.raises(FileError, match="not a saved page: no part of it is HTML"):
        read(text)

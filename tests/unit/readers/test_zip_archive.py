"""ZIP archives: limits and damage."""

import io
import zipfile

import pytest

from ingest.readers import zip_archive as archive_module
from ingest.readers.zip_archive import Archive, resolve
from semsearch.errors import FileError
from tests.archives import zipped


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "MAX_GROWTH", 1_000_000)
    with pytest.raises(FileError, match="unpacks to 2 MB more than it has"):
        Archive(zipped({"a": b"0" * 1_000_000, "b": b"0" * 1_000_000}), "a book")
    assert Archive(zipped({"a": b"0" * 900_000}), "a book").read("a") == b"0" * 900_000


def test_a_member_that_lies_about_its_size_is_not_unpacked_further() -> None:
    data = bytearray(zipped({"a": b"0" * 1_000_000}))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(FileError, match="damaged: a: Bad CRC-32"):
        Archive(bytes(data), "a book").read("a")


def test_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    with pytest.raises(FileError, match=r"x\.xml defines XML entities"):
        Archive(zipped({"x.xml": bomb}), "a book").xml("x.xml")
    plain = '<!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN" "http://example.org/ncx.dtd"><ncx/>'
    assert Archive(zipped({"x.xml": plain}), "a book").xml("x.xml").tag == "ncx"


def test_damages_are_named() -> None:
    data = zipped({"a.xml": "<a>" + "text " * 1000})
    with pytest.raises(FileError, match="damaged: it has no b"):
        Archive(data, "a book").read("b")
    with pytest.raises(FileError, match=r"damaged: a\.xml: no element found"):
        Archive(data, "a book").xml("a.xml")
    torn = data[:50] + b"\0\0\0\0" + data[54:]
    with pytest.raises(FileError, match=r"damaged: a\.xml: "):
        Archive(torn, "a book").read("a.xml")


def test_an_archive_with_a_password_says_so() -> None:
    buffer = io.BytesIO(zipped({"a": "x"}))
    data = bytearray(buffer.getvalue())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert zipfile.ZipFile(io.BytesIO(data)).infolist()[0].flag_bits & 1
    with pytest.raises(FileError, match="encrypted: needs a password"):
        Archive(bytes(data), "a book")


@pytest.mark.parametrize(
    ("base", "target", "member"),
    [
        ("a/b.xml", "c.xml", "a/c.xml"),
        ("a/b.xml", "../c%20d.xml", "c d.xml"),
        ("a/b.xml", "/c.xml", "c.xml"),
        ("", "x/c.xml", "x/c.xml"),
        ("a/b.xml", "../../../c.xml", "c.xml"),
    ],
)
def test_a_link_leads_to_a_member(base: str, target: str, member: str) -> None:
    assert resolve(base, target) == member

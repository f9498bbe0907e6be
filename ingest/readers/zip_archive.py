"""ZIP archives, which most documents are: read within limits, their XML without entities."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from semsearch.errors import FileError

# Text packs to a tenth, pictures not at all: what grows by more than this is a bomb, or a database.
MAX_GROWTH = 200_000_000

# How Office files of before 2007 begin, and encrypted ones of today.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NATURES = (
    (b"%pdf", "a PDF"),
    (b"{\\rtf", "RTF"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "XML"),
    (b"pk", "another kind of ZIP archive"),
    (OLE, "an Office file of before 2007: save it in the format of today"),
)


class Archive:
    """A document in a ZIP archive; `what` it should be goes into messages, as in "a Word document".

    Raises FileError, here and from every method, when it is none, is damaged, encrypted or a bomb.
    """

    def __init__(self, data: bytes, what: str) -> None:
        self._data = data
        self._what = what
        if not data.startswith(b"PK"):
            raise mismatch(data, what)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise FileError(f"damaged: {str(error).lower()}") from error
        members = self._zip.infolist()
        if any(member.flag_bits & 1 for member in members):
            raise FileError("encrypted: needs a password")
        growth = sum(member.file_size - member.compress_size for member in members)
        if growth > MAX_GROWTH:
            raise FileError(f"unpacks to {growth / 1e6:,.0f} MB more than it has, as ZIP bombs do")
        self._names = {member.filename for member in members}

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def read(self, name: str) -> bytes:
        """A member's bytes."""
        try:
            return self._zip.read(name)
        except KeyError as error:
            raise FileError(f"damaged: it has no {name}") from error
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
            raise FileError(f"damaged: {name}: {error}") from error

    def xml(self, name: str) -> Element:
        """A member's XML."""
        try:
            return fromstring(self.read(name))
        except ParseError as error:
            raise FileError(f"damaged: {name}: {error}") from error
        except DefusedXmlException as error:
            raise FileError(
                f"{name} defines XML entities, as no program that writes documents does"
            ) from error

    def mismatch(self) -> FileError:
        """The error for an archive that holds something else."""
        return mismatch(self._data, self._what)


def is_encrypted(data: bytes) -> bool:
    """Whether this is an Office file behind a password: an old container with a new file inside."""
    return data.startswith(OLE) and "EncryptedPackage".encode("utf-16-le") in data


def mismatch(data: bytes, what: str) -> FileError:
    """The error for a file that cannot be read as what its name says."""
    if is_encrypted(data):
        return FileError("encrypted: needs a password")
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    nature = next((nature for mark, nature in _NATURES if start.startswith(mark)), "")
    nature = nature or ("something else" if b"\0" in start else "text")
    return FileError(f"not {what}, whatever its name says: this is {nature}")


def local(element: Element) -> str:
    """An element's name without its namespace: strict and transitional documents differ in it."""
    return element.tag.rpartition("}")[2]


def attribute(element: Element, name: str) -> str:
    """The attribute of this name in whatever namespace; "" where there is none."""
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")


def every(element: Element, name: str) -> Iterator[Element]:
    """Every element of this name, at any depth, in order."""
    return (found for found in element.iter() if local(found) == name)


def resolve(base: str, target: str) -> str:
    """The member that a link in the member `base` means."""
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(base), unquote(target))).lstrip("/")

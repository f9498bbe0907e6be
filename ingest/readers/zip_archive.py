"""ZIP archives, the container of most document formats: read within limits, and XML without entities."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring, iterparse

from semsearch.errors import FileError
from semsearch.message import say

# Text shrinks to a tenth in an archive, and pictures do not shrink. An archive that grows by more bytes than
# this when it is unpacked is a ZIP bomb, or a database.
MAX_GROWTH = 200_000_000

# The first bytes of Office files from before 2007, and of encrypted Office files of today.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NATURES = (
    (b"%pdf", say("a PDF")),
    (b"{\\rtf", say("RTF")),
    (b"<!doctype html", say("a web page")),
    (b"<html", say("a web page")),
    (b"<?xml", say("XML")),
    (b"pk", say("another kind of ZIP archive")),
    (OLE, say("an Office file of before 2007: save it in the format of today")),
)


class Archive:
    """A document in a ZIP archive. `what` names the expected format in messages, as in "a Word document".

    The constructor and every method raise FileError when the data is not such an archive, is damaged,
    encrypted or a ZIP bomb.
    """

    def __init__(self, data: bytes, what: str) -> None:
        self._data = data
        self._what = what
        if not data.startswith(b"PK"):
            raise mismatch(data, what)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise FileError(say("damaged: {why}", why=str(error).lower())) from error
        members = self._zip.infolist()
        if any(member.flag_bits & 1 for member in members):
            raise FileError(say("encrypted: needs a password"))
        growth = sum(member.file_size - member.compress_size for member in members)
        if growth > MAX_GROWTH:
            raise FileError(
                say("unpacks to {size} MB more than it has, as ZIP bombs do", size=round(growth / 1e6))
            )
        self._names = {member.filename for member in members}

    @property
    def names(self) -> list[str]:
        """The names of its members, in order."""
        return sorted(self._names)

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def read(self, name: str) -> bytes:
        """Return the bytes of a member."""
        try:
            return self._zip.read(name)
        except KeyError as error:
            raise FileError(say("damaged: it has no {name}", name=name)) from error
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
            raise FileError(say("damaged: {name}: {why}", name=name, why=str(error))) from error

    def xml(self, name: str) -> Element:
        """Return the parsed XML of a member."""
        with _parsing(name):
            return fromstring(self.read(name))

    def elements(self, name: str) -> Iterator[tuple[str, Element]]:
        """Parse the XML of a member. Yield each element when it begins ("start") and when it ends ("end").

        An element that has been cleared takes no memory any more.
        """
        with _parsing(name):
            yield from iterparse(io.BytesIO(self.read(name)), ("start", "end"))

    def mismatch(self) -> FileError:
        """Return the error for an archive that holds something else."""
        return mismatch(self._data, self._what)


@contextmanager
def _parsing(name: str) -> Iterator[None]:
    """Turn the errors of parsers into FileError, which names the member."""
    try:
        yield
    except ParseError as error:
        raise FileError(say("damaged: {name}: {why}", name=name, why=str(error))) from error
    except DefusedXmlException as error:
        raise FileError(
            say("{name} defines XML entities, which programs that write documents never do", name=name)
        ) from error


def is_encrypted(data: bytes) -> bool:
    """Tell whether this is an Office file with a password: an old container with a new file inside."""
    return data.startswith(OLE) and "EncryptedPackage".encode("utf-16-le") in data


def mismatch(data: bytes, what: str) -> FileError:
    """Return the error for a file that is not in the format that its name says."""
    if is_encrypted(data):
        return FileError(say("encrypted: needs a password"))
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    nature = next((nature for mark, nature in _NATURES if start.startswith(mark)), None)
    nature = nature or (say("something else") if b"\0" in start else say("text"))
    return FileError(say("not {what}, whatever its name says: this is {nature}", what=what, nature=nature))


def local(element: Element) -> str:
    """Return an element's name without its namespace, in which strict and transitional documents differ."""
    return element.tag.rpartition("}")[2]


def attribute(element: Element, name: str) -> str:
    """Return the attribute of this name in any namespace; "" when there is none."""
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")


def every(element: Element, name: str) -> Iterator[Element]:
    """Yield every element of this name, at any depth, in order."""
    return (found for found in element.iter() if local(found) == name)


def resolve(base: str, target: str) -> str:
    """Return the member that a link in the member `base` points to."""
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(base), unquote(target))).lstrip("/")

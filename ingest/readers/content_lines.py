"""The lines of contact cards (vCard) and calendars (iCalendar): a name, parameters and a value each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from quopri import decodestring

from ingest.readers.text import decode

# The next line begins with a blank where a line goes on. In vCard 2.1, quoted-printable ends with "=" there.
_FOLDED = re.compile(r"\n[ \t]")
_SOFT_BREAK = re.compile(r"(?im)^([^:\n]*quoted-printable[^:\n]*:(?:.*=\n)*.*)=\n")
# A name, perhaps after the name of a group; parameters, of which some are in quotes; and the value.
_LINE = re.compile(r'(?:[\w-]+\.)?([\w-]+)((?:;(?:"[^"]*"|[^":;])*)*):(.*)')
_PARAMETER = re.compile(r';((?:"[^"]*"|[^;"])*)')
_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class ContentLine:
    """A line. `name` is in capitals. `parameters` are by name, in capitals; those without a name are types.

    `value` is as it was written, with its escapes.
    """

    name: str
    parameters: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value as text."""
        return _unescaped(self.value).strip()

    @property
    def parts(self) -> list[str]:
        """The parts of a value such as an address, as text, without empty ones."""
        # A backslash before the separator makes it a part of the text.
        found = re.split(r"(?<!\\)[;]", self.value)
        return [part for part in (_unescaped(each).strip() for each in found) if part]


def content_lines(data: bytes) -> Iterator[ContentLine]:
    """Yield the lines in order; a line that is none is left out. Raises FileError as `decode` does."""
    text = _SOFT_BREAK.sub(_whole, decode(data) + "\n")
    for line in _FOLDED.sub("", text).split("\n"):
        if match := _LINE.match(line.strip("\ufeff")):
            name, parameters = match[1].upper(), _parameters(match[2])
            value = match[3]
            if parameters.get("ENCODING", "").upper() == "QUOTED-PRINTABLE":
                value = _from_quoted(value, parameters.get("CHARSET", ""))
            yield ContentLine(name, parameters, value)


def _whole(match: re.Match[str]) -> str:
    return match[1].replace("=\n", "")


def _parameters(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in _PARAMETER.findall(text):
        name, separator, value = each.partition("=")
        if not separator:  # vCard 2.1: TEL;HOME;VOICE, and ;QUOTED-PRINTABLE
            quoted = each.upper() == "QUOTED-PRINTABLE"
            name, value = ("ENCODING" if quoted else "TYPE"), each
        name, value = name.upper(), value.strip('"')
        found[name] = f"{found[name]},{value}" if name in found else value
    return found


def _from_quoted(value: str, charset: str) -> str:
    written = decodestring(value.encode("utf-8", "replace"))
    return decode(written, charset).rstrip("\n") if written.strip() else ""


def _unescaped(value: str) -> str:
    return _ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)

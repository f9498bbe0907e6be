"""Kinds of parameters: each reads a value from text, and has a JSON Schema.

Every error message names the parameter and quotes its text.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Generic, TypeVar

from semsearch.errors import QueryError
from semsearch.formats.table import TYPE_OR_GROUP
from semsearch.language import dates
from semsearch.language.names import LANGUAGE_CODE
from semsearch.message import say
from semsearch.query import DateRange
from semsearch.text import read_size

Json = dict[str, Any]
T = TypeVar("T")

_INTEGER = re.compile(r"[0-9]{1,9}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Value(ABC, Generic[T]):
    """A kind of parameter. `widget` names the form control on the page."""

    widget: ClassVar[str] = "text"

    @property
    def default(self) -> str:
        """The text that an absent or empty parameter is read as."""
        return ""

    @property
    def bounds(self) -> str:
        """The allowed values in words; empty where the description of the parameter states them."""
        return ""

    @property
    def schema(self) -> Json:
        return {"type": "string"}

    def trimmed(self, text: str) -> str:
        """The text that is read, of the text that was sent: spaces around it do not count."""
        return text.strip()

    @abstractmethod
    def read(self, name: str, text: str) -> T:
        """The value of the parameter `name`. Raises QueryError when `text` is invalid."""

    def read_all(self, name: str, texts: Sequence[str]) -> T:
        """The value of the parameter `name`, which was sent with these texts, none of them empty.

        Without a text this is the default; of several texts the first one counts. Raises QueryError when it
        is invalid.
        """
        return self.read(name, texts[0] if texts else self.default)


@dataclass(frozen=True)
class Text(Value[str]):
    longest: int

    @property
    def bounds(self) -> str:
        return f"at most {self.longest:,} characters"

    @property
    def schema(self) -> Json:
        return {"type": "string", "maxLength": self.longest}

    def read(self, name: str, text: str) -> str:
        if len(text) > self.longest:
            raise QueryError(
                say(
                    "{name} has {length} characters; at most {most} are allowed: shorten it.",
                    name=name,
                    length=len(text),
                    most=self.longest,
                )
            )
        return text


class PathStart(Text):
    """The beginning of a path, letter for letter: a name may begin or end with a space."""

    def trimmed(self, text: str) -> str:
        return text

    def read(self, name: str, text: str) -> str:
        if {".", ".."} & set(super().read(name, text).split("/")):
            raise QueryError(
                say(
                    "{name} is {text!r}; it must not contain the folders '.' or '..': leave them out.",
                    name=name,
                    text=text,
                )
            )
        return text


@dataclass(frozen=True)
class Period(Value[DateRange]):
    """A period, as dates in words of at most `longest` characters."""

    longest: int

    @property
    def schema(self) -> Json:
        return Text(self.longest).schema

    def read(self, name: str, text: str) -> DateRange:
        return dates.read(Text(self.longest).read(name, text))


@dataclass(frozen=True)
class Choice(Value[T]):
    """One of `options`; the first is the default. `labels` are their names on the page."""

    options: Mapping[str, T]
    labels: tuple[str, ...] = ()
    widget: ClassVar[str] = "select"

    @property
    def default(self) -> str:
        return next(iter(self.options))

    @property
    def bounds(self) -> str:
        *others, last = self.options
        return f"{', '.join(others)} or {last}"

    @property
    def schema(self) -> Json:
        return {"type": "string", "enum": list(self.options), "default": self.default}

    def read(self, name: str, text: str) -> T:
        if text not in self.options:
            raise QueryError(
                say(
                    "{name} is {text!r}; it must be one of: {options}.",
                    name=name,
                    text=text,
                    options=", ".join(self.options),
                )
            )
        return self.options[text]


class Switch(Choice[bool]):
    """On or off."""

    widget: ClassVar[str] = "checkbox"


@dataclass(frozen=True)
class Whole(Value[int]):
    """A whole number from `least` to `most`; `usual` is the default."""

    least: int
    most: int
    usual: int

    @property
    def default(self) -> str:
        return str(self.usual)

    @property
    def bounds(self) -> str:
        return f"{self.least:,} to {self.most:,}"

    @property
    def schema(self) -> Json:
        return {"type": "integer", "minimum": self.least, "maximum": self.most, "default": self.usual}

    def read(self, name: str, text: str) -> int:
        if not _INTEGER.fullmatch(text) or not self.least <= int(text) <= self.most:
            raise QueryError(
                say(
                    "{name} is {text!r}; it must be a whole number from {least} to {most}.",
                    name=name,
                    text=text,
                    least=self.least,
                    most=self.most,
                )
            )
        return int(text)


class MediaType(Value[str]):
    """A media type or a group of media types, in lower case."""

    widget: ClassVar[str] = "select"

    def read(self, name: str, text: str) -> str:
        if not TYPE_OR_GROUP.fullmatch(text.lower()):
            raise QueryError(
                say(
                    "{name} is {text!r}; it must be a media type such as application/pdf, "
                    "or a group such as image/*.",
                    name=name,
                    text=text,
                )
            )
        return text.lower()


class Language(Value[str]):
    """The code of a language, in lower case."""

    widget: ClassVar[str] = "select"

    def read(self, name: str, text: str) -> str:
        if not LANGUAGE_CODE.fullmatch(text.lower()):
            raise QueryError(
                say(
                    "{name} is {text!r}; it must be the code of a language, such as de for German.",
                    name=name,
                    text=text,
                )
            )
        return text.lower()


class Size(Value[int | None]):
    """A size in bytes; None when absent."""

    def read(self, name: str, text: str) -> int | None:
        size = read_size(text)
        if text and size is None:
            raise QueryError(
                say(
                    "{name} is {text!r}; it must be a size such as 10MB, 500 kB or 2.5MiB.",
                    name=name,
                    text=text,
                )
            )
        return size


@dataclass(frozen=True)
class Moment(Value[datetime | None]):
    """A moment by the clock, without a zone; None when absent. One with a zone is put into local time.

    A date alone means the start of that day, or its end if `ends`.
    """

    ends: bool = False
    widget: ClassVar[str] = "date"

    def read(self, name: str, text: str) -> datetime | None:
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
            if self.ends and _DATE.fullmatch(text):
                moment += timedelta(days=1)
            return moment if moment.tzinfo is None else moment.astimezone().replace(tzinfo=None)
        except (ValueError, OverflowError) as error:
            raise QueryError(
                say(
                    "{name} is {text!r}; it must be a date such as 2026-05-01, or a date and time such as "
                    "2026-05-01T10:00:00Z.",
                    name=name,
                    text=text,
                )
            ) from error


class DocumentId(Value[str]):
    """The id of a document; empty when absent."""

    # None of these characters has a special meaning in a key, a pattern or a file name.
    pattern: ClassVar[str] = "[0-9A-Za-z_-]{1,64}"

    @property
    def schema(self) -> Json:
        return {"type": "string", "pattern": f"^{self.pattern}$"}

    def read(self, name: str, text: str) -> str:
        if text and not re.fullmatch(self.pattern, text):
            raise QueryError(
                say("{name} is {text!r}; it must be the id of a document.", name=name, text=text)
            )
        return text

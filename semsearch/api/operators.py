"""Operators in the text of a query: "boats type:pdf in:letters/ before:2020".

An operator is a name, a colon and a value, without spaces; a value with spaces stands in quotation marks. It
says the same as a parameter of the search. What has another name, or a value that cannot be read, stays among
the words: "re:", "12:30", "type:oak".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from semsearch.api.near import Near
from semsearch.api.values import Language, MediaType, PathStart, Period, Size, Text
from semsearch.errors import QueryError
from semsearch.formats import table
from semsearch.language import dates, query_syntax
from semsearch.language.marks import PATH_NAMES, Token, is_pasted, plain_quotes, tidied, tokens
from semsearch.language.names import NAMES
from semsearch.language.query_syntax import Demand
from semsearch.message import Message, say

_PICTURES = ("image", "images", "photo", "photos", "picture", "pictures")
# Names of groups of types, beside the names and the extensions of formats.
_GROUPS = {"audio": "audio/*", "video": "video/*"} | dict.fromkeys(_PICTURES, "image/*")
_KINDS = {"text": "text", "texts": "text", "other": "other"} | dict.fromkeys(_PICTURES, "image")


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator: its names, the parameter that it sets, and how its value becomes texts for that.

    `read` raises QueryError for a value that it cannot read.
    """

    names: tuple[str, ...]
    parameter: str
    read: Callable[[str], Iterable[str]]
    example: str
    description: Message


@dataclass(frozen=True, slots=True)
class Used:
    """An operator as it was typed, the parameter that it sets, and the texts for that.

    It stands at [start, end) of the text.
    """

    typed: str
    parameter: str
    texts: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Typed:
    """The text of a query as it was typed: the words to search for, and the operators among them.

    `excluded` are operators after a minus, which mean nothing.
    """

    words: str
    used: tuple[Used, ...] = ()
    excluded: tuple[Used, ...] = ()

    @property
    def given(self) -> Mapping[str, tuple[str, ...]]:
        """What the operators say, as parameters of a search."""
        given: dict[str, tuple[str, ...]] = {}
        for each in self.used:
            given[each.parameter] = (*given.get(each.parameter, ()), *each.texts)
        return given


def read(text: str) -> Typed:
    """Read the operators of a text. A long text was pasted and has none."""
    return _read(text, date.today())


@lru_cache(64)
def _read(text: str, _today: date) -> Typed:
    """Read a text on a day: "since:yesterday" says another date tomorrow."""
    plain = plain_quotes(text)
    found = {token: used for token in tokens(text) if (used := _used(plain, token))}
    if not found:
        return Typed(text)
    for each in reversed(found):
        plain = f"{plain[: each.start]} {plain[each.end :]}"
    return Typed(
        tidied(plain),
        tuple(used for token, used in found.items() if not token.is_excluded),
        tuple(used for token, used in found.items() if token.is_excluded),
    )


def finished(text: str) -> str:
    """A text without an operator at its end whose value is not typed to its end: "boats type:p"."""
    match = _LAST.search(text)
    if match is None or is_pasted(text) or not text[: match.start()].strip():
        return text
    return text if read(match[0].strip()).used else text[: match.start()]


def demands(text: str) -> tuple[Demand, ...]:
    """The phrases and the excluded words of a text. None stands in an operator."""
    typed = read(text)
    for each in (*typed.used, *typed.excluded):
        text = f"{text[: each.start]}{' ' * (each.end - each.start)}{text[each.end :]}"
    return query_syntax.demands(text)


def without(text: str, part: Used | Demand) -> str:
    """A text without one of its operators, phrases or excluded words."""
    return tidied(f"{text[: part.start]} {text[part.end :]}")


def _used(text: str, token: Token) -> Used | None:
    operator, value = BY_NAME.get(token.name), token.value.strip('"').strip()
    if operator is None or not value:
        return None
    try:
        texts = tuple(operator.read(value))
    except QueryError:
        return None
    typed = text[token.start : token.end]
    return Used(typed, operator.parameter, texts, token.start, token.end) if texts else None


def _types(value: str) -> Iterable[str]:
    """The types of files with this extension, or whose name begins with this word: "docx", "word"."""
    wanted = value.lower().removeprefix(".")
    if wanted in _GROUPS:
        return [_GROUPS[wanted]]
    if "/" in wanted:
        return [MediaType().read("type", wanted)]
    rows = table.FORMATS.rows
    exact = [row.media_type for row in rows if wanted in row.extensions]
    return exact or [row.media_type for row in rows if row.name.lower().split()[0] == wanted]


def _languages(value: str) -> Iterable[str]:
    by_name = {name.lower(): code for code, name in NAMES.items()}
    code = by_name.get(value.lower(), value.lower())
    return [Language().read("language", code)] if code in NAMES else []


def _kinds(value: str) -> Iterable[str]:
    return [_KINDS[value.lower()]] if value.lower() in _KINDS else []


def _paths(value: str) -> Iterable[str]:
    return [PathStart(1_000).read("path", value)]


def _names(value: str) -> Iterable[str]:
    return [Text(200).read("name", value)]


def _surroundings(value: str) -> Iterable[str]:
    return [value] if Near().read("near", value) else []


def _sizes(value: str) -> Iterable[str]:
    return [value] if Size().read("size", value) is not None else []


def _periods(value: str) -> Iterable[str]:
    return [value] if Period(100).read("when", value) else []


def _bound(side: str) -> Callable[[str], Iterable[str]]:
    """Read a date as the beginning or the end of a period: "before" 2020 ends when 2020 begins."""

    def read_bound(value: str) -> Iterable[str]:
        found = dates.read(f"{side} {value}")
        moment: datetime | None = found.since or found.until
        return [moment.isoformat()] if moment else []

    return read_bound


OPERATORS = (
    Operator(PATH_NAMES, "path", _paths, "in:letters/", say("in this folder, or paths that begin so")),
    Operator(("type", "ext", "filetype"), "type", _types, "type:pdf", say("files of this type")),
    Operator(("kind",), "kind", _kinds, "kind:image", say("only texts, pictures or other files")),
    Operator(("language", "lang"), "language", _languages, "language:german", say("texts in this language")),
    Operator(("camera",), "camera", _names, 'camera:"Canon EOS 5D"', say("pictures by this camera")),
    Operator(("place", "location"), "location", _names, "place:Lisbon", say("pictures from this place")),
    Operator(
        ("near",), "near", _surroundings, "near:38.7,-9.14,5", say("pictures taken near, within so many km")
    ),
    Operator(("topic",), "topic", _names, 'topic:"heart, valve"', say("documents of this topic")),
    Operator(("label",), "label", _names, "label:invoice", say("documents with this label")),
    Operator(("when", "date"), "when", _periods, "when:2019", say("from this period")),
    Operator(("before",), "until", _bound("before"), "before:2020", say("dated before this")),
    Operator(("after",), "since", _bound("after"), 'after:"May 2020"', say("dated after this")),
    Operator(("since",), "since", _bound("since"), "since:2020", say("dated since this began")),
    Operator(("larger",), "min_size", _sizes, "larger:10MB", say("files of this size or larger")),
    Operator(("smaller",), "max_size", _sizes, "smaller:1MB", say("files of this size or smaller")),
)
BY_NAME = {name: each for each in OPERATORS for name in each.names}
# An operator at the end of a text, which need not have a value yet.
_LAST = re.compile(rf'(?<!\S)\(*(?:{"|".join(BY_NAME)}):(?:"[^"]*"?|[^\s"]*)$', re.IGNORECASE)

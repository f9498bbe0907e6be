"""Say in the reader's language what was stored as an English text: why a file is not indexed, what it lacks.

Such a text was made from a template (semsearch/message.py), and the catalogue has the templates. So the text
shows from which one it was made, and with which values. A text of no template stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from string import Formatter

from web.languages.catalogue import templates
from web.languages.reader import Reader

# A template with fewer letters of its own, such as "{what}: {why}.", would fit texts that it did not make.
_FEWEST_LETTERS = 4
# Several texts stand side by side with this between them, and a text has this before its details.
_BETWEEN, _DETAILS = "; ", ":"
# A number as `say` writes it. Other figures are a part of a name.
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})*(?:\.\d)?")


@dataclass(frozen=True, slots=True)
class _Template:
    """A template with its translation. Texts that it has made have these letters, and match the pattern."""

    letters: int
    start: str
    pattern: re.Pattern[str]
    translation: str


class _Shown(str):
    """A value that was shown already: the translation does not format it again."""

    __slots__ = ()

    def __format__(self, _: str) -> str:
        return str(self)

    def __repr__(self) -> str:
        return str(self)


@lru_cache(10_000)
def retold(text: str, reader: Reader) -> str:
    """A stored text in the language of the reader."""
    whole = _retold(text, reader)
    return whole or _BETWEEN.join(_retold(each, reader) or each for each in text.split(_BETWEEN))


def _retold(text: str, reader: Reader) -> str:
    """The translation of a text that one template has made; "" if there is none."""
    for each in _known(reader.language):
        if text.startswith(each.start) and (found := each.pattern.fullmatch(text)):
            values = {name: _Shown(_value(value, reader)) for name, value in found.groupdict().items()}
            return each.translation.format_map(values)
    return ""


def _value(value: str, reader: Reader) -> str:
    """A value of a template, which may be a number, or made from a template itself."""
    if not _NUMBER.fullmatch(value):
        return _retold(value, reader) or value
    plain = value.replace(",", "")
    return reader.number(float(plain) if "." in plain else int(plain))


@cache
def _known(language: str) -> tuple[_Template, ...]:
    """The templates, the one that fits fewest texts first: then what is before the details of each."""
    known = templates(language)
    heads = {
        template.partition(_DETAILS)[0]: translation.partition(_DETAILS)[0]
        for template, translation in known.items()
        if _DETAILS in template and _DETAILS in translation
    }
    return (*_sorted(known), *_sorted({each: heads[each] for each in heads.keys() - known.keys()}))


def _sorted(known: Mapping[str, str]) -> list[_Template]:
    return sorted(_read(known), key=lambda each: -each.letters)


def _read(known: Mapping[str, str]) -> Iterator[_Template]:
    for template, translation in known.items():
        parts = list(Formatter().parse(template))
        names = [name for _, name, _, _ in parts if name is not None]
        if any(not name.isidentifier() for name in names) or not _fields(translation) <= set(names):
            continue
        letters = sum(map(str.isalpha, "".join(literal for literal, _, _, _ in parts)))
        if letters >= _FEWEST_LETTERS:
            yield _Template(letters, parts[0][0], _pattern(parts), translation)


def _pattern(parts: list[tuple[str, str | None, str | None, str | None]]) -> re.Pattern[str]:
    """What matches the texts that a template makes. A value that it shows twice is the same both times."""
    pattern, seen = "", set[str]()
    for literal, name, _, _ in parts:
        pattern += re.escape(literal)
        if name:
            pattern += f"(?P={name})" if name in seen else f"(?P<{name}>.+?)"
            seen.add(name)
    return re.compile(pattern, re.DOTALL)


def _fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}

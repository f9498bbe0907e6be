"""The head of a Markdown file, which programs read: its title, and what it says in words."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

_FENCES = ("---\n", "+++\n")
_FIELD = re.compile(r"(\w[\w \t-]*+)[:=](?=[ \t\n]|$)[ \t]*(.*)")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.*)")
# What people look for and a page shows somewhere. Everything else, such as the layout, is for programs.
_SAID = (
    "subtitle", "description", "summary", "excerpt", "abstract", "author", "authors", "tags", "tag",
    "keywords", "keyword", "categories", "category", "topics", "aliases", "alias", "date", "people",
    "location", "place",
)  # fmt: skip
# When a text was written, the surest first. Later changes say nothing about it.
_FIRST_YEAR = 1000  # Hugo writes the year 1 where there is no date
_DATES = ("date", "created", "date created", "creation date", "published", "pubdate")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The head of a text. `said` are labels and words to be shown; `end` is where the body begins.

    `date` is when the text was written, if the head says so by an ISO date.
    """

    title: str = ""
    date: datetime | None = None
    said: tuple[tuple[str, str], ...] = ()
    end: int = 0


def front_matter(text: str) -> FrontMatter:
    """Return the block of YAML or TOML at the very top of a text; an empty one when there is none."""
    mark = text[:4]
    end = text.find("\n" + mark[:3], 3) if mark in _FENCES else -1
    after = text.find("\n", end + 1) if end >= 0 else -1
    # Two rules with text between them are no front matter.
    if end < 0 or text[end + 4 : after if after >= 0 else None].strip() or not _is_said(text[4:end]):
        return FrontMatter()
    fields = _fields(text[4:end])
    said = tuple((name.capitalize(), fields[name]) for name in _SAID if fields.get(name))
    begin = after + 1 if after >= 0 else len(text)
    return FrontMatter(fields.get("title", ""), _date(fields), said, begin)


def _date(fields: dict[str, str]) -> datetime | None:
    """The first of the dates of a text that can be read."""
    for name in _DATES:
        with suppress(ValueError):
            found = datetime.fromisoformat(fields.get(name, ""))
            if found.year >= _FIRST_YEAR:
                return found
    return None


def _is_said(block: str) -> bool:
    """Tell whether the first line of a block that is no comment has a field, or there is none."""
    lines = (line for line in block.split("\n") if line.strip() and not line.startswith("#"))
    first = next(lines, "")
    return not first or _FIELD.match(first) is not None


def _fields(block: str) -> dict[str, str]:
    """The fields of a block with plain values, or with lists of such values, by name in lower case."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in block.split("\n"):
        if match := _FIELD.match(line):
            name = match[1].rstrip().casefold()
            found[name] = [] if match[2] in ("|", ">", "|-", ">-") else [_value(match[2])]
        elif name and (match := _ITEM.match(line)):
            found[name].append(_value(match[1]))
        elif name and line[:1].isspace():
            found[name].append(line.strip())
    return {
        name: (" " if name == "title" else ", ").join(filter(None, values)) for name, values in found.items()
    }


def _value(source: str) -> str:
    """Return a value without quotation marks; of a list in brackets its items."""
    source = source.strip()
    if source[:1] == "[" and source[-1:] == "]":
        return ", ".join(item.strip(" \"'") for item in source[1:-1].split(","))
    return source.strip("\"'")

"""Org: outlines of Emacs, as their readers see them, without drawers, settings and marks."""

from __future__ import annotations

import re

from ingest.readers.documents import TextDocument
from ingest.readers.markup.document import document_of
from ingest.readers.markup.kept import Kept
from ingest.readers.markup.lines import Lines
from ingest.readers.text import decoded

# As in inline.py, a long run of spaces or marks is read once.
_HEADING = re.compile(r"(\*+)[ \t]+(.*)$")
_TAGS = re.compile(r"(?<![ \t])[ \t]+:([\w@#%:]+):$")
# States of a task, before its priority. A file may name others.
_STATES = frozenset(
    (
        *("TODO", "NEXT", "WAIT", "WAITING", "HOLD", "STARTED", "INPROGRESS", "IN-PROGRESS", "SOMEDAY"),
        *("DONE", "CANCELLED", "CANCELED"),
    )
)
_STATE_SETTINGS = frozenset({"todo", "seq_todo", "typ_todo"})
_PRIORITY = re.compile(r"^[ \t]*\[#\w\][ \t]*")
_DRAWER = re.compile(r"[ \t]*:([\w-]+):[ \t]*$")
_SETTING = re.compile(r"[ \t]*#\+(\w+)(?:\[.*?\])?:?[ \t]*(.*)$")
_COMMENT = re.compile(r"[ \t]*#(?: |$)")
_ROW, _RULE = re.compile(r"[ \t]*\|(.*)$"), re.compile(r"[ \t]*(?:\|[-+]+\|?|-{5,})[ \t]*$")
_CODE = frozenset({"begin_src", "begin_example", "begin_export"})
# Settings that say something to people.
_SAID = {
    "author": "Author", "date": "Date", "filetags": "Tags", "keywords": "Keywords",
    "description": "Description", "subtitle": "Subtitle",
}  # fmt: skip
_LINK = re.compile(r"\[\[([^\[\]]+)\](?:\[([^\[\]]+)\])?\]")
_VERBATIM = re.compile(r"(?<![\w=~])([=~])(?=\S)([^\n]{1,300}?)(?<=\S)\1(?![\w=~])")
_EMPHASIS = re.compile(r"(?<![\w*/_+])([*/_+])(?=[^\s*/_+])([^\n]{1,500}?)(?<=\S)\1(?![\w*/_+])")
_TIME = re.compile(r"[<\[](\d{4}-\d\d-\d\d[^<>\[\]\n]{0,60})[>\]]")
_SMALL = re.compile(r"\[fn:[^\[\]]*\]|<<<?[^<>\n]+>>>?|@@\w+:.*?@@|\\\\$", re.MULTILINE)
_TASK = re.compile(r"((?:[-+*]|\d{1,9}[.)])[ \t]+)\[([ xX-])\](?=[ \t])")
_STATISTICS = re.compile(r"(?<![ \t])[ \t]*\[\d*(?:/\d*|%)\]")


def read_org(data: bytes, path: str, media_type: str) -> TextDocument:
    """Read Org; `#+TITLE:` is its title, or else its first heading. Raises FileError as `decoded` does."""
    read = decoded(data)
    written = read.text.split("\n")
    drawers, states = _drawers(written), _states(written)
    lines = Lines()
    title = block = ""
    is_in_drawer = False
    for number, line in enumerate(written):
        setting = _SETTING.match(line)
        name = setting[1].casefold() if setting else ""
        if block:
            if name == block.replace("begin", "end"):
                block = ""
            elif block != "begin_comment":
                lines.add(line if block in _CODE else visible(line))
        elif is_in_drawer:
            is_in_drawer = not _is_end(line)
        elif name.startswith("begin_"):
            block = name
        elif setting:
            title = title or (visible(setting[2]).strip() if name == "title" else "")
            _write_setting(lines, name, setting[2])
        elif number in drawers:
            is_in_drawer = True
        else:
            _write(lines, line, states)
    return document_of(lines, path, media_type, read.encoding, title)


def _drawers(lines: list[str]) -> set[int]:
    """Return the numbers of the lines that begin a drawer: it ends before the next heading."""
    drawers: set[int] = set()
    begun: int | None = None
    is_of_properties = False  # of which one without a value looks like another drawer
    for number, line in enumerate(lines):
        if _HEADING.match(line):
            begun, is_of_properties = None, False
        elif _is_end(line):
            drawers.update([] if begun is None else [begun])
            begun, is_of_properties = None, False
        elif (found := _DRAWER.match(line)) and not is_of_properties:
            begun, is_of_properties = number, found[1].casefold() == "properties"
    return drawers


def _is_end(line: str) -> bool:
    return line.strip().casefold() == ":end:"


def _states(lines: list[str]) -> frozenset[str]:
    """Return the states of tasks, with those that the file names: `#+TODO: OPEN(o) | CLOSED(c)`."""
    settings = (setting for setting in map(_SETTING.match, lines) if setting)
    named = [setting[2] for setting in settings if setting[1].casefold() in _STATE_SETTINGS]
    return _STATES.union(word.partition("(")[0] for words in named for word in words.split())


def _write(lines: Lines, line: str, states: frozenset[str]) -> None:
    if heading := _HEADING.match(line):
        words = heading[2].rstrip()
        tags = _TAGS.search(words)
        words = words[: tags.start()] if tags else words
        state, *rest = words.split(maxsplit=1) or [""]
        words = rest[0] if rest and state in states else words
        lines.heading(_STATISTICS.sub("", visible(_PRIORITY.sub("", words, count=1))), len(heading[1]))
        lines.labelled("Tags", tags[1].replace(":", ", ") if tags else "")
    elif _RULE.match(line) or _COMMENT.match(line):
        return
    elif row := _ROW.match(line):
        lines.add(" · ".join(filter(None, (visible(cell).strip() for cell in row[1].split("|")))))
    else:
        lines.add(visible(line))


def _write_setting(lines: Lines, name: str, value: str) -> None:
    if name in _SAID:
        lines.labelled(_SAID[name], value.strip(":").replace(":", ", ") if name == "filetags" else value)
    elif name == "caption":
        lines.add(visible(value))


def visible(line: str) -> str:
    """Return a line without the marks of Org in it."""
    kept = Kept()
    line = _TASK.sub(lambda found: found[1] + ("☑" if found[2] in "xX" else "☐"), line, count=1)
    line = _LINK.sub(lambda found: found[2] or kept.put(found[1]), line) if "[[" in line else line
    line = _VERBATIM.sub(lambda found: kept.put(found[2]), line)
    line = _SMALL.sub("", _TIME.sub(r"\1", line))
    return kept.back(_EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", line)))

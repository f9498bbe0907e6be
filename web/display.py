"""How values are shown on a page: sizes, dates, highlighted snippets."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from semsearch.display import iso, readable
from semsearch.media_types import name_of as media_type_name
from semsearch.types import DocumentRecord, Hit, Passage

# What stands between the headings of a heading path.
_HEADING_BREAK = " > "


def _finalize(value: Any) -> Any:
    # Every {{ expression }} passes here, so that no template can forget it.
    return readable(value) if type(value) is str else value


def marked(snippet: str, highlights: Iterable[tuple[int, int]]) -> Markup:
    """The snippet with its highlighted spans in <mark>; overlapping spans are joined by order."""
    parts: list[Markup] = []
    shown = 0
    for start, end in sorted(highlights):
        start, end = max(start, shown), min(end, len(snippet))
        if start >= end:
            continue
        parts.append(escape(readable(snippet[shown:start])))
        parts.append(Markup("<mark>{}</mark>").format(readable(snippet[start:end])))
        shown = end
    parts.append(escape(readable(snippet[shown:])))
    return Markup("").join(parts)


def percent(similarity: float) -> str:
    """A similarity as people read it; opposite meanings count as nothing in common."""
    return f"{max(0.0, min(1.0, similarity)):.0%}"


def filesize(size: int) -> str:
    if size < 1000:
        return f"{size} bytes"
    amount, unit = float(size), "bytes"
    for larger in ("kB", "MB", "GB", "TB"):
        amount, unit = amount / 1000, larger
        if amount < 999.5:
            break
    return f"{amount:.1f} {unit}" if amount < 9.95 else f"{amount:.0f} {unit}"


def day(moment: datetime) -> str:
    moment = moment.astimezone(UTC)
    return f"{moment.day} {moment:%B %Y}"


def moment(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 text`, `2,345 texts`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def name_of(document: Hit | DocumentRecord) -> str:
    """What to call a document: its title, or its file's name."""
    return document.title.strip() or posixpath.basename(document.path)


def folder_of(path: str) -> str:
    return posixpath.dirname(path)


def fresh_text(passages: tuple[Passage, ...]) -> list[tuple[Passage, str]]:
    """Each passage with the part that is not on the page yet: passages overlap, headings stand apart."""
    shown, parts = 0, []
    for passage in passages:
        text = passage.content[max(0, shown - passage.start) :]
        first, _, rest = text.lstrip("\n").partition("\n")
        above = (passage.heading.rsplit(_HEADING_BREAK, 1)[-1], "" if shown else passage.title)
        if first and first.lstrip("# ").strip() in above:
            text = rest
        parts.append((passage, text))
        shown = max(shown, passage.end)
    return parts


def install(app: Flask) -> None:
    """Give the templates of `app` these filters."""
    app.jinja_options = {
        **app.jinja_options,
        "finalize": _finalize,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    app.add_template_filter(media_type_name, "type_name")
    for function in (marked, percent, filesize, day, iso, moment, count, name_of, folder_of, fresh_text):
        app.add_template_filter(function)

"""Template filters: how a page shows dates, counts and highlighted snippets."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from semsearch.formats.table import name_of as media_type_name
from semsearch.language.document_date import IN_WORDS
from semsearch.language.names import name_of_language
from semsearch.members import plain_address
from semsearch.records import DateSource, DocumentRecord, Kind, Source, Span
from semsearch.results import Hit
from semsearch.text import iso, join_headings, readable

_REASONS = {
    "meaning": "what it says",
    "words": "your words",
    "name": "its name",
    "looks": "what it shows",
}
_REASONS_OF_PICTURES = _REASONS | {"meaning": "its text"}
_ORIGINS = {
    Source.CONTENT: "text of the drawing",
    Source.METADATA: "caption",
    Source.SIDECAR: "from the file beside it",
    Source.OCR: "text in the picture",
}


def _finalize(value: Any) -> Any:
    # Jinja calls this for every {{ expression }}, so no template can forget to replace lone surrogates.
    return readable(value) if type(value) is str else value


def marked(text: str, highlights: Iterable[Span], answer: Span | None = None) -> Markup:
    """The text with each highlight in <mark>, and the answer in a <span> around its highlights.

    Where highlights overlap, the later one is cut.
    """
    spans = sorted(highlights)
    if answer is None:
        return _with_marks(text, spans, 0, len(text))
    start, end = (min(max(0, place), len(text)) for place in answer)
    found = Markup('<span class="answer">{}</span>').format(_with_marks(text, spans, start, end))
    return _with_marks(text, spans, 0, start) + found + _with_marks(text, spans, end, len(text))


def _with_marks(text: str, spans: Iterable[Span], shown: int, last: int) -> Markup:
    parts: list[Markup] = []
    for start, end in spans:
        start, end = max(start, shown), min(end, last)
        if start >= end:
            continue
        parts.append(escape(readable(text[shown:start])))
        parts.append(Markup("<mark>{}</mark>").format(readable(text[start:end])))
        shown = end
    parts.append(escape(readable(text[shown:last])))
    return Markup("").join(parts)


def reason(hit: Hit) -> str:
    """Why a hit was found, from its legs: "Found by what it says and your words"."""
    known = _REASONS_OF_PICTURES if hit.kind is Kind.IMAGE else _REASONS
    *others, last = [known[leg] for leg in hit.legs]
    return f"Found by {', '.join(others)} and {last}" if others else f"Found by {last}"


def origin(source: Source) -> str:
    """Where a text about a picture comes from."""
    return _ORIGINS[source]


def percent(similarity: float) -> str:
    """A similarity as a percentage from 0% to 100%; a negative one is shown as 0%."""
    return f"{max(0.0, min(1.0, similarity)):.0%}"


def day(moment: datetime) -> str:
    """The day of a moment, in local time if it has a zone."""
    moment = moment.astimezone() if moment.tzinfo else moment
    return f"{moment.day} {moment:%B %Y}"


def dated_by(source: DateSource) -> str:
    """Where the date of a document comes from."""
    return IN_WORDS[source]


def moment(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 text`, `2,345 texts`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def name_of(document: Hit | DocumentRecord) -> str:
    """The name to show for a document: its title, else the name of its file."""
    return document.title.strip() or posixpath.basename(document.path)


def address(path: str) -> str:
    """The path of a file; a file in an archive stands in it as in a folder."""
    return plain_address(path)


def folder_of(path: str) -> str:
    return posixpath.dirname(path)


def install(app: Flask) -> None:
    """Add these filters to the templates of `app`."""
    app.jinja_options = {
        **app.jinja_options,
        "finalize": _finalize,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    app.add_template_filter(media_type_name, "type_name")
    app.add_template_filter(name_of_language, "language_name")
    for function in (
        marked,
        reason,
        origin,
        percent,
        day,
        dated_by,
        iso,
        join_headings,
        moment,
        count,
        name_of,
        folder_of,
        address,
    ):
        app.add_template_filter(function)

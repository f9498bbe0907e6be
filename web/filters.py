"""Template filters: how a page shows messages, dates, numbers and highlighted snippets."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from flask import Flask, url_for
from markupsafe import Markup, escape

from semsearch.formats.table import name_of as media_type_name
from semsearch.language.document_date import IN_WORDS, document_date
from semsearch.members import plain_address
from semsearch.message import Message, say
from semsearch.records import DateSource, DocumentRecord, Kind, Source, Span, State
from semsearch.results import Excerpt, Hit, PassageHit
from semsearch.search.page import modified
from semsearch.text import iso, join_headings, readable
from web.document_text import Stretch
from web.figures import figure, figure_name
from web.languages import retelling
from web.languages.choice import reader
from web.rendering.grids import may_have_grids, with_grids
from web.teaser import teaser

_REASONS = {
    "meaning": say("what it says"),
    "words": say("your words"),
    "name": say("its name"),
    "looks": say("what it shows"),
}
_REASONS_OF_PICTURES = _REASONS | {"meaning": say("its text")}
_ORIGINS = {
    Source.CONTENT: say("Text of the drawing"),
    Source.METADATA: say("Caption"),
    Source.SIDECAR: say("From the file beside it"),
    Source.OCR: say("Text in the picture"),
}
_STATES = {
    State.INDEXED: say("indexed"),
    State.SKIPPED: say("skipped"),
    State.WAITING: say("waiting"),
    State.FAILED: say("failed"),
    State.MISSING: say("missing"),
}


_STAGES = {
    "search": say("Whole search"),
    "embed": say("Understand the query"),
    "retrieve": say("Ask Redis"),
    "rank": say("Rank"),
    "page": say("Fetch the hits"),
    "decode": say("Read a picture"),
    "thumbnail": say("Make a small picture"),
}


def _finalize(value: Any) -> Any:
    # Jinja calls this for every {{ expression }}, so no template can forget to replace lone surrogates, or to
    # say a message in the reader's language.
    if isinstance(value, Message):
        value = reader().text(value)
    return readable(value) if type(value) is str else value


def retold(text: str) -> str:
    """A text that was stored in English, such as why a file is not indexed, as the reader reads it."""
    return retelling.retold(text, reader())


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


def gridded(stretch: Stretch) -> Markup:
    """The text of a stretch with its marks, and its tables as grids."""
    return with_grids(stretch, marked)


def brief(found: PassageHit | Excerpt) -> Markup:
    """The two lines of a passage that a list of hits shows, with marks."""
    cut = teaser(found)
    return marked(cut.snippet, cut.highlights, cut.sentence)


def reason(hit: Hit) -> Message:
    """Why a hit was found, from its legs: "Found by what it says and your words"."""
    known = _REASONS_OF_PICTURES if hit.kind is Kind.IMAGE else _REASONS
    first, *others = [known[leg] for leg in hit.legs]
    for n, other in enumerate(others, 1):
        if n == len(others):
            first = say("{reasons} and {last}", reasons=first, last=other)
        else:
            first = say("{reasons}, {next}", reasons=first, next=other)
    return say("Found by {reasons}", reasons=first)


def origin(source: Source) -> Message:
    """Where a text about a picture comes from."""
    return _ORIGINS[source]


def state_name(state: State) -> Message:
    """The state of a document in a word."""
    return _STATES[state]


def type_name(media_type: str) -> str:
    """What people call files of this type, in the language of the reader."""
    return reader().phrase(media_type_name(media_type))


def language_name(code: str) -> str:
    """The name of a language, in the language of the reader."""
    return reader().name_of_language(code)


def phrase(text: str) -> str:
    """A text from a table of the core in the language of the reader."""
    return reader().phrase(text)


def number(value: float, digits: int = 1) -> str:
    return reader().number(value, digits)


def percent(share: float) -> str:
    return reader().percent(share)


def size(value: int) -> str:
    return reader().size(value)


def day(moment: datetime, length: str = "long") -> Markup:
    """The day of a moment as an element <time>, marked where it is in another language than the page."""
    known = reader()
    other = known.locale.language
    language = "" if other == known.language else Markup(' lang="{}"').format(other)
    return Markup('<time datetime="{}"{}>{}</time>').format(iso(moment), language, known.day(moment, length))


def dated(record: DocumentRecord) -> datetime:
    """The date of a document, by the clock of its place."""
    return document_date(record).moment


def dated_by(source: DateSource) -> Message:
    """Where the date of a document comes from."""
    return IN_WORDS[source]


def moment(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)


def time_of(moment: datetime) -> str:
    """The day and the time of a moment."""
    return reader().moment(moment)


def key(text: str) -> str:
    """A short id that stands for a text in HTML."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:8]


def stage_name(stage: str) -> str:
    """What a stage of a request does."""
    return _STAGES.get(stage, stage)


def sentence(text: str) -> str:
    """A message in the language of the reader, beginning with a capital."""
    said = readable(reader().text(text))
    return said[:1].upper() + said[1:]


def name_of(document: Hit | DocumentRecord) -> str:
    """The name to show for a document: its title, else the name of its file."""
    return document.title.strip() or posixpath.basename(document.path)


def address(path: str) -> str:
    """The path of a file; a file in an archive stands in it as in a folder."""
    return plain_address(path)


def location(document: Hit | DocumentRecord) -> str:
    """The absolute path of the file of a document."""
    return plain_address(posixpath.join(document.root, document.path))


def thumb(document: Hit | DocumentRecord, size: int | None = None) -> str:
    """The address of the thumbnail of a picture, which is another one when the file has changed."""
    moment = document.modified if isinstance(document, Hit) else modified(document)
    return url_for("media.thumb", doc=document.doc, size=size, v=int(moment.timestamp()))


def folder_name(root: str) -> str:
    """The name of a folder, without the folders above it."""
    return posixpath.basename(root.rstrip("/")) or root


def folder_of(path: str) -> str:
    return posixpath.dirname(path)


# What templates can write after a bar.
_FILTERS = (
    retold,
    marked,
    gridded,
    may_have_grids,
    brief,
    reason,
    origin,
    state_name,
    type_name,
    language_name,
    phrase,
    number,
    percent,
    size,
    day,
    dated,
    dated_by,
    iso,
    join_headings,
    moment,
    time_of,
    key,
    stage_name,
    sentence,
    name_of,
    folder_name,
    folder_of,
    address,
    location,
    thumb,
    figure_name,
    figure,
)


def install(app: Flask) -> None:
    """Add these filters to the templates of `app`."""
    app.jinja_options = {
        **app.jinja_options,
        "finalize": _finalize,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    for function in _FILTERS:
        app.add_template_filter(function)

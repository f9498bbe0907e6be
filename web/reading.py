"""A document to read: its page, and its preview beside a list of results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypedDict, TypeVar
from urllib.parse import quote

from flask import render_template, request
from markupsafe import Markup

from semsearch.api import parameters
from semsearch.errors import BusyError, FileError, ModelError, NotFoundError, QueryError
from semsearch.language import query_syntax
from semsearch.members import SEPARATOR
from semsearch.pictures.details import Details, details
from semsearch.query import Query
from semsearch.records import Box, DocumentRecord, Kind, Passage, State
from semsearch.results import DocumentView
from semsearch.search.page import moment_of
from semsearch.stages import stage
from semsearch.text import readable
from web import endings
from web.document_text import Answer, Stretch, stretches
from web.exploring import Way, here, way_back
from web.filters import name_of
from web.form import Form
from web.labels import labels_of
from web.media import is_inline, is_plain, part_of
from web.neighbours import neighbours, reading_address
from web.originals import read_whole
from web.rendering.body import body
from web.rendering.html import is_rendered, is_table, render
from web.rendering.pdf_page import read_page
from web.rendering.sheet import Sheet, sheet_of
from web.services import services
from web.topics import topics_of

Made = TypeVar("Made")

_SIMILAR_SHOWN = 6
_PDF = "application/pdf"
# The passages that are shown before the one that was found, and from it on, of a file that is not rendered.
_ON_THE_PAGE, _IN_THE_PREVIEW = (50, 150), (1, 4)


@dataclass(frozen=True, slots=True)
class Original:
    """The file of a document now. `changed` is when it was changed since it was indexed.

    `not_served` says why it is not shown.
    """

    not_served: str = ""
    changed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What the query found in a document: a passage, the sentence in it, and the terms that are marked.

    `way` is the way back of a reader who has not come from results.
    """

    text: str
    terms: frozenset[str]
    passage: Passage | None = None
    answer: Answer | None = None
    way: Way | None = None

    @property
    def n(self) -> int | None:
        """The number of the passage."""
        return self.passage.n if self.passage else None

    @property
    def where(self) -> dict[str, int | str | None]:
        """The place in the results, the passage and the way back, as `reading_address` has them."""
        given = {name: request.args.get(name, type=int) for name in ("offset", "at")}
        return {"passage": self.n, **given, "back": self.way.address if self.way else None}

    @property
    def anchor(self) -> str | None:
        """The id of the passage on the page of the document."""
        return f"p{self.n}" if self.passage else None


@dataclass(frozen=True, slots=True)
class Part:
    """Passages of a document, and the numbers of the one before them and the one after them."""

    stretches: Sequence[Stretch]
    earlier: int | None
    later: int | None


def document(doc: str) -> str:
    """The page of a document, with what matches the query `q` marked.

    These are the words of the query, the sentence of passage number `passage` that answers it, and the part
    of a picture. `page` is the page of a PDF that is shown.
    """
    view = services().library.document(doc)
    record, form = view.record, Form.read(request.args.to_dict(flat=False))
    original, around = original_of(record), neighbours(form, doc)
    found = replace(_found_in(view), way=way_back() if around is None else None)
    text = _text(view, found, *_ON_THE_PAGE)
    endings.opened(form)
    shown = _shown(view, found, original, is_preview=False)
    return render_template(
        "document.html",
        view=view,
        record=record,
        original=original,
        found=found,
        neighbours=around,
        next=here(found.way),
        beyond=_beyond(form, found, text, shown, doc),
        fragment=_fragment(record, found),
        similar=_similar_to(doc) if record.state is State.INDEXED else (),
        text=text,
        labels=labels_of(record),
        topics=topics_of(doc),
        **shown,
    )


def preview(doc: str) -> str:
    """A part of a page: the document at the passage that was found, to stand beside the list of results."""
    view = services().library.document(doc)
    found, original = _found_in(view), original_of(view.record)
    endings.previewed(Form.read(request.args.to_dict(flat=False)))
    return render_template(
        "_preview.html",
        view=view,
        record=view.record,
        found=found,
        original=original,
        text=_text(view, found, *_IN_THE_PREVIEW),
        **_shown(view, found, original, is_preview=True),
    )


def original_of(record: DocumentRecord) -> Original:
    """The state of the file of a document."""
    try:
        file, now = services().originals.open(record)
    except NotFoundError as error:
        return Original(not_served=error.message)
    file.close()
    # The time of a file in an archive is that of the archive.
    is_same = SEPARATOR in record.path or now.st_mtime_ns == record.mtime_ns
    if (is_same and now.st_size == record.size) or record.state is State.WAITING:
        return Original()
    return Original(changed=moment_of(now.st_mtime))


class Shown(TypedDict):
    """What both templates show of the file itself; None for what its format does not have."""

    inline: bool
    is_table: bool
    body: Markup | None
    sheet: Sheet | None
    part: Box | None
    details: Details


def _shown(view: DocumentView, found: Found, original: Original, *, is_preview: bool) -> Shown:
    record = view.record
    is_readable = not original.not_served and record.state is State.INDEXED
    is_picture = is_readable and record.kind is Kind.IMAGE
    # A table that has changed is shown with the rows that are searched.
    is_old = is_table(record) and original.changed is not None
    return {
        "inline": is_inline(record),
        "is_table": is_table(record),
        "body": _body(view, found, is_preview=is_preview) if is_readable and not is_old else None,
        "sheet": _sheet(record, found) if is_readable and record.media_type == _PDF else None,
        "part": _part_in(record, found.text) if is_picture and found.text else None,
        "details": _details(record) if is_picture else Details(),
    }


def _found_in(view: DocumentView) -> Found:
    text, n = parameters.read_words(request.args), request.args.get("passage", type=int)
    passage = next((each for each in view.passages if each.n == n), None)
    terms = frozenset(query_syntax.marked_in(text, view.record.language))
    answer = _answer_in(view.record.doc, passage.n, text) if text and passage else None
    return Found(text, terms, passage, answer)


def _text(view: DocumentView, found: Found, before: int, after: int) -> Part:
    """The passages around the one that was found, else the first ones."""
    here = next((n for n, each in enumerate(view.passages) if each is found.passage), 0)
    start, end = max(0, here - before), here + after
    numbers = [each.n for each in view.passages]
    return Part(
        stretches(view.passages[start:end], found.terms, found.answer, view.record.language),
        numbers[start - 1] if start else None,
        numbers[end] if end < len(numbers) else None,
    )


def _beyond(form: Form, found: Found, text: Part, shown: Shown, doc: str) -> str:
    """The address that leads to matches beyond what the page shows; "" if it shows all of the document."""
    part: dict[str, int] = {}
    if shown["sheet"] is not None:
        part = {"page": shown["sheet"].number} if shown["sheet"].page.pages > 1 else {}
    elif shown["body"] is None and (text.earlier is not None or text.later is not None):
        part = {"first": text.stretches[0].passage.n, "last": text.stretches[-1].passage.n}
    if not part or not found.terms:
        return ""
    return reading_address(form, doc, endpoint="pages.match", **found.where, **part)


def _body(view: DocumentView, found: Found, *, is_preview: bool) -> Markup | None:
    """The rendered text; None for files that are shown by their passages."""
    record = view.record
    if not is_rendered(record):
        return None
    try:
        clean = made(record, render, record.encoding, record.path)
    except (NotFoundError, FileError, BusyError):  # the page is useful with the passages
        return None
    return body(
        clean,
        name_of(record),
        view.passages,
        found.terms,
        record.language,
        found.passage,
        found.answer,
        is_preview=is_preview,
    )


def _sheet(record: DocumentRecord, found: Found) -> Sheet | None:
    """The page `page` of a PDF, else that of the passage, else the first one; None if it cannot be read."""
    passage, wanted = found.passage, request.args.get("page", type=int)
    number = wanted or (passage.page if passage else None) or 1
    try:
        page = made(record, read_page, number)
    except (NotFoundError, FileError, BusyError):
        return None
    content = passage.content if passage else ""
    answer = content[slice(*found.answer.span)] if found.answer else ""
    return sheet_of(number, page, content, answer, found.terms, record.language)


def made(record: DocumentRecord, function: Callable[..., Made], *arguments: object) -> Made:
    """What a function makes of the content of a file, in a sandbox.

    Raises NotFoundError when the file is gone, FileError when it cannot be read, BusyError when too many are.
    """
    original, now = services().originals.open(record)
    with original, services().rendering.turn() as sandbox, stage("decode"):
        return sandbox.call(function, read_whole(original, now), *arguments)


def _details(record: DocumentRecord) -> Details:
    """What the file says, and what ingestion has read in it and beside it."""
    try:
        found = made(record, details)
    except (NotFoundError, FileError, BusyError):  # the page is useful without them
        found = Details()
    place = found.place or record.coordinates
    return replace(found, camera=found.camera or record.camera, place=place)


def _answer_in(doc: str, n: int, text: str) -> Answer | None:
    try:
        span = services().library.excerpt(doc, n, text).place
    except (NotFoundError, ModelError):  # the page is useful without the answer
        return None
    return Answer(n, span) if span else None


def _part_in(record: DocumentRecord, text: str) -> Box | None:
    try:
        return part_of(record, text)
    except (NotFoundError, FileError, ModelError, BusyError):  # the page is useful without the part
        return None


def _fragment(record: DocumentRecord, found: Found) -> str | None:
    """The URL fragment with which a browser opens a plain text at the passage; None for other originals."""
    if found.passage is not None and found.answer is not None and is_plain(record):
        sentence = readable(found.passage.content[slice(*found.answer.span)])
        return f":~:text={quote(sentence, safe='').replace('-', '%2D')}"
    return None


def _similar_to(doc: str) -> tuple[object, ...]:
    try:
        return services().library.search(Query(likes=(doc,), limit=_SIMILAR_SHOWN)).hits
    except QueryError:  # an empty document has no vectors to compare; the page is useful without similar ones
        return ()

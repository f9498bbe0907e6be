"""The pages: search, document, status."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from semsearch.api import parameters
from semsearch.errors import BusyError, FileError, ForbiddenError, ModelError, NotFoundError, QueryError
from semsearch.language import query_syntax
from semsearch.message import say
from semsearch.progress import Activity
from semsearch.query import MAX_OFFSET, Query
from semsearch.records import Box, DocumentRecord, Kind, Passage, State
from semsearch.results import Results, Status
from semsearch.text import readable
from web import library_page
from web.document_text import Answer, stretches
from web.filters import brief
from web.form import FILTERS, Form
from web.media import is_inline, is_plain, part_of
from web.narrowing import groups
from web.query_pictures import is_empty
from web.services import services

if TYPE_CHECKING:
    from PIL.Image import Image

pages = Blueprint("pages", __name__)

_LIST_PAGE = 20
_GALLERY_PAGE = 30
_SIMILAR_SHOWN = 6


@pages.get("/")
def search() -> str | tuple[str, int]:
    form = Form.read(request.args.to_dict(flat=False))
    if not form.has_query:
        return render_template("home.html", status=_status(), activity=_activity())
    like = parameters.LIKE.read(form.values)
    image = services().pictures.get(form["picture"]).image if form["picture"] else None
    activity = _activity()  # before the search, which may already find what is written meanwhile
    offset = parameters.OFFSET.read(request.args)
    query, invalid = _query(form, image, like)
    usual = _GALLERY_PAGE if image is not None or query.filters.kind is Kind.IMAGE else _LIST_PAGE
    limit = parameters.LIMIT.read({"limit": form["limit"] or str(usual)})
    unfinished = parameters.UNFINISHED.read(request.args)
    query = replace(query, limit=limit, offset=offset, facets=True, unfinished=unfinished)
    results = services().library.search(query)
    reached = results.total if results.matches is None else results.matches + results.weaker
    results = replace(results, hits=results.hits[: max(0, reached - offset)])
    following = offset + limit
    page = render_template(
        "results.html",
        results=results,
        invalid=invalid,
        narrowing=groups(form, results.facets, query.filters) if results.facets else (),
        activity=activity,
        notes=_notes(results, activity),
        gallery=bool(results.hits) and all(hit.kind is Kind.IMAGE for hit in results.hits),
        like=services().library.record(like) if like else None,
        status=None if results.hits else _status(),
        offset=offset,
        previous_offset=max(0, offset - limit) if offset else None,
        next_offset=following
        if len(results.hits) == limit and following < reached and following <= MAX_OFFSET
        else None,
    )
    return (page, 400) if invalid else page


@pages.post("/search/picture")
def search_picture() -> BaseResponse:
    upload = request.files.get("image")
    if upload is None or is_empty(upload):
        raise QueryError(say("No picture was sent. Choose one, or drop one on the page."))
    key = services().pictures.keep(upload.stream)
    return redirect(
        Form.read(request.form.to_dict(flat=False)).changed(q="", picture=key, like="").link(), 303
    )


@pages.get("/doc/<doc:doc>")
def document(doc: str) -> str:
    """A document, with what matches the query `q` marked.

    These are the words of the query, the sentence of passage number `passage` that answers it, and the part
    of a picture.
    """
    library = services().library
    text, n = parameters.read_words(request.args), request.args.get("passage", type=int)
    view = library.document(doc)
    passage = next((each for each in view.passages if each.n == n), None)
    answer = _answer_in(doc, passage.n, text) if text and passage else None
    wanted = query_syntax.read_for(text, view.record.language).marked
    return render_template(
        "document.html",
        view=view,
        record=view.record,
        stretches=stretches(view.passages, wanted, answer, view.record.language),
        fragment=_fragment(view.record, passage, answer) if passage else None,
        inline=is_inline(view.record),
        not_served=_why_not_served(view.record),
        part=_part_in(view.record, text) if text else None,
        similar=_similar_to(doc) if view.record.state is State.INDEXED else (),
    )


@pages.get("/doc/<doc:doc>/passages/<int:n>/answer")
def answer(doc: str, n: int) -> str:
    """The two lines of a passage that a list shows, with the sentence that answers the query `q` marked."""
    text = parameters.Q.read(request.args)
    if not text:
        raise QueryError(say("There is no query: write one into the address, as q=..."))
    return brief(services().library.excerpt(doc, n, text))


@pages.get("/preview/<doc:doc>")
def preview(doc: str) -> str:
    """What the pane beside the list shows of a document."""
    return render_template("_preview.html", view=services().library.document(doc))


@pages.get("/status")
def status() -> str:
    return library_page.shown(_activity())


def _notes(results: Results, activity: Activity | None) -> list[str]:
    """The notes that the page does not say in another way."""
    said: set[str] = {correction.note for correction in results.corrections}
    if activity and results.run:
        said.add(results.run.note)
    return [note for note in results.notes if note not in said]


def _status() -> Status | None:
    """The status of the library; None for a caller who may not see it."""
    try:
        return services().library.status()
    except ForbiddenError:
        return None


def _activity() -> Activity | None:
    """The run that goes on and the revision of the library; None for a caller who may not see them."""
    try:
        return services().library.activity()
    except ForbiddenError:
        return None


def _why_not_served(record: DocumentRecord) -> str:
    """Why the original of a document is not served; empty if it is."""
    try:
        services().originals.open(record)[0].close()
    except NotFoundError as error:
        return error.message
    return ""


def _query(form: Form, image: Image | None, like: str) -> tuple[Query, dict[str, str]]:
    """The query of a form without its invalid filters, and what is wrong with each of these, by its name."""
    values, invalid = dict(form.values), dict[str, str]()
    while True:
        try:
            return parameters.read_query(values, image=image, like=like), invalid
        except QueryError as error:
            if error.parameter in invalid or error.parameter not in map(attrgetter("name"), FILTERS):
                raise
            invalid[error.parameter] = error.message
            values[error.parameter] = ()


def _answer_in(doc: str, n: int, text: str) -> Answer | None:
    try:
        span = services().library.excerpt(doc, n, text).place
    except (NotFoundError, ModelError):  # the page is useful without the answer
        return None
    return Answer(n, span) if span else None


def _part_in(record: DocumentRecord, text: str) -> Box | None:
    if record.kind is not Kind.IMAGE or record.state is not State.INDEXED:
        return None
    try:
        return part_of(record, text)
    except (NotFoundError, FileError, ModelError, BusyError):  # the page is useful without the part
        return None


def _fragment(record: DocumentRecord, passage: Passage, answer: Answer | None) -> str | None:
    """The URL fragment with which a browser opens a plain text at the passage; None for other originals."""
    if answer is not None and is_plain(record):
        sentence = readable(passage.content[slice(*answer.span)])
        return f":~:text={quote(sentence, safe='').replace('-', '%2D')}"
    return None


def _similar_to(doc: str) -> tuple[object, ...]:
    try:
        return services().library.search(Query(like=doc, limit=_SIMILAR_SHOWN)).hits
    except QueryError:  # an empty document has no vectors to compare; the page is useful without similar ones
        return ()

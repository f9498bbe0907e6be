"""The pages: search and status, and the addresses of those to read (web/reading.py)."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from semsearch.api import parameters
from semsearch.errors import ForbiddenError, QueryError
from semsearch.message import say
from semsearch.progress import Activity
from semsearch.query import MAX_OFFSET, Query
from semsearch.records import Kind
from semsearch.results import Results, Status
from web import library_page, reading
from web.filters import brief
from web.form import FILTERS, Form
from web.narrowing import groups
from web.query_pictures import is_empty
from web.services import services

if TYPE_CHECKING:
    from PIL.Image import Image

pages = Blueprint("pages", __name__)

_LIST_PAGE = 20
_GALLERY_PAGE = 30


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


pages.get("/doc/<doc:doc>")(reading.document)
pages.get("/doc/<doc:doc>/preview")(reading.preview)


@pages.get("/doc/<doc:doc>/passages/<int:n>/answer")
def answer(doc: str, n: int) -> str:
    """The two lines of a passage that a list shows, with the sentence that answers the query `q` marked."""
    text = parameters.Q.read(request.args)
    if not text:
        raise QueryError(say("There is no query: write one into the address, as q=..."))
    return brief(services().library.excerpt(doc, n, text))


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

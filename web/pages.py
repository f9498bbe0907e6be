"""The pages: search and status, and the addresses of those to read (web/reading.py)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from semsearch.api import parameters
from semsearch.errors import ForbiddenError, QueryError
from semsearch.message import say
from semsearch.overview import Status
from semsearch.progress import Activity
from semsearch.query import MAX_OFFSET, Filters, Query
from semsearch.records import Kind
from semsearch.results import Results
from web import endings, library_page, matches, reading
from web.filters import brief
from web.form import Form
from web.narrowing import folder_names, groups
from web.paging import Page
from web.query_pictures import is_empty
from web.services import services

pages = Blueprint("pages", __name__)

_LIST_PAGE = 20
_GALLERY_PAGE = 30
_NEW_SHOWN = 6


@pages.get("/")
def search() -> str | tuple[str, int] | BaseResponse:
    form = Form.read(request.args.to_dict(flat=False))
    if not form.has_query:
        return redirect(form.link()) if form.chosen else _home()
    library, query = services().library, form.query
    look = services().pictures.get(form["picture"]).look if form["picture"] else None
    activity = activity_now()  # before the search, which may already find what is written meanwhile
    offset, unfinished = parameters.OFFSET.read(request.args), parameters.UNFINISHED.read(request.args)
    # A document as an example may be a text, and texts are found then.
    alone = look is not None and not query.text and not query.likes
    pictures_only = query.filters.kind is Kind.IMAGE or alone
    usual = _GALLERY_PAGE if pictures_only else _LIST_PAGE
    limit = parameters.LIMIT.read({"limit": form["limit"] or str(usual)})
    query = replace(query, look=look, limit=limit, offset=offset, facets=True, unfinished=unfinished)
    results = library.search(query)
    reached = results.total if results.matches is None else results.matches + (results.weaker or 0)
    results = replace(results, hits=results.hits[: max(0, reached - offset)])
    endings.searched(form, results, offset)
    # A page that is not full is the last one.
    listed = reached if len(results.hits) == limit else offset + len(results.hits)
    shown = render_template(
        "results.html",
        results=results,
        narrowing=groups(form, results.facets, query.filters) if results.facets else (),
        folders=folder_names(results.facets),
        activity=activity,
        notes=notes_of(results, activity),
        reached=reached,
        pictures_only=pictures_only,
        gallery=bool(results.hits) and all(hit.kind is Kind.IMAGE for hit in results.hits),
        likes=[library.record(doc) for doc in query.likes],
        unlikes=[library.record(doc) for doc in query.unlikes],
        status=None if results.hits else status_now(),
        offset=offset,
        places={hit.doc: offset + n for n, hit in enumerate(results.hits)},
        page=Page(offset, limit, listed, MAX_OFFSET),
    )
    return (shown, 400) if form.invalid else shown


def _home() -> str:
    """The page without a query: what is new, and how the library is."""
    # A calendar may know of later documents.
    new = Query(filters=Filters(until=datetime.now()), limit=_NEW_SHOWN)
    activity = activity_now()
    return render_template(
        "home.html", status=status_now(), activity=activity, new=services().library.browse(new).hits
    )


@pages.post("/search/picture")
def search_picture() -> BaseResponse:
    upload = request.files.get("image")
    if upload is None or is_empty(upload):
        raise QueryError(say("No picture was sent. Choose one, or drop one on the page."))
    key = services().pictures.keep(upload.stream)
    return redirect(Form.read(request.form.to_dict(flat=False)).changed(picture=key).link(), 303)


pages.get("/doc/<doc:doc>")(reading.document)
pages.get("/doc/<doc:doc>/preview")(reading.preview)
pages.get("/doc/<doc:doc>/match")(matches.match)


@pages.get("/doc/<doc:doc>/passages/<int:n>/answer")
def answer(doc: str, n: int) -> str:
    """The two lines of a passage that a list shows, with the sentence that answers the query `q` marked."""
    text = parameters.read_words(request.args)
    if not text:
        raise QueryError(say("There is no query: write one into the address, as q=..."))
    return brief(services().library.excerpt(doc, n, text))


@pages.get("/status")
def status() -> str:
    return library_page.shown(activity_now())


def notes_of(results: Results, activity: Activity | None) -> list[str]:
    """The notes that the page does not say in another way."""
    said: set[str] = {correction.note for correction in results.corrections}
    if activity and results.run:
        said.add(results.run.note)
    return [note for note in results.notes if note not in said]


def status_now() -> Status | None:
    """The status of the library; None for a caller who may not see it."""
    try:
        return services().library.status()
    except ForbiddenError:
        return None


def activity_now() -> Activity | None:
    """The run that goes on and the revision of the library; None for a caller who may not see them."""
    try:
        return services().library.activity()
    except ForbiddenError:
        return None

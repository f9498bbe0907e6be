"""The pages without a query: all documents by their date, name or size, and what is new as an Atom feed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from semsearch.api import parameters
from semsearch.query import MAX_OFFSET, Filters, Order, Query
from semsearch.records import Kind
from semsearch.results import Hit
from web.form import VIEW, Form
from web.languages.choice import reader
from web.narrowing import folder_names, groups
from web.pages import activity_now, notes_of, status_now
from web.paging import Page
from web.services import services

browsing = Blueprint("browsing", __name__)

_PAGE = 60
_IN_FEED = 50
# XML has no other control characters, however they are written.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@browsing.get("/browse")
def browse() -> str | tuple[str, int] | BaseResponse:
    form = Form.read(request.args.to_dict(flat=False))
    if form.has_query:
        return redirect(form.link())
    query = form.query
    view = VIEW.read(form.values) or ("grid" if query.filters.kind is Kind.IMAGE else "list")
    activity = activity_now()
    offset = parameters.OFFSET.read(request.args)
    results = services().library.browse(replace(query, limit=_PAGE, offset=offset, facets=True))
    page = render_template(
        "browse.html",
        results=results,
        sections=list(_sections(results.hits, query.order)),
        view=view,
        views=VIEW.value,
        narrowing=groups(form, results.facets, query.filters) if results.facets else (),
        folders=folder_names(results.facets),
        activity=activity,
        notes=notes_of(results, activity),
        status=None if results.hits else status_now(),
        offset=offset,
        places={hit.doc: offset + n for n, hit in enumerate(results.hits)},
        page=Page(offset, _PAGE, results.total, MAX_OFFSET),
    )
    return (page, 400) if form.invalid else page


@browsing.get("/feed")
def feed() -> Response:
    """What a search finds, or what is new without one, as an Atom feed, the newest first."""
    given = request.args.to_dict(flat=False)
    form, query = Form.read(given), replace(parameters.read_query(given), limit=_IN_FEED, order=Order.DATE)
    page = render_template(
        "feed.xml", hits=list(_newest(form, query)), title=form["q"], updated=datetime.now(UTC)
    )
    return Response(_NOT_IN_XML.sub("", page), content_type="application/atom+xml; charset=utf-8")


def _newest(form: Form, query: Query) -> Iterable[Hit]:
    """The hits of a feed. Weaker ones are no news."""
    library = services().library
    if not form.has_query:
        return library.browse(replace(query, filters=_so_far(query.filters))).hits
    if form["picture"]:
        query = replace(query, look=services().pictures.get(form["picture"]).look)
    return (hit for hit in library.search(query).hits if hit.is_clear)


def _so_far(filters: Filters) -> Filters:
    """Without a period of their own, filters that leave out later documents, of which a calendar may know."""
    if filters.when or filters.since or filters.until:
        return filters
    return replace(filters, until=datetime.now())


def _sections(hits: Sequence[Hit], order: Order) -> Iterator[tuple[str, list[Hit]]]:
    """The documents by month, or as one section without a heading if dates do not order them."""
    if order not in (Order.RELEVANCE, Order.DATE):
        yield "", list(hits)
        return
    for (year, month), some in groupby(hits, lambda hit: (hit.date.year, hit.date.month)):
        yield reader().month_of_year(datetime(year, month, 1)), list(some)

"""Where a document stands in the list from which it was opened: the addresses that lead on from its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit

from flask import request, url_for

from semsearch.errors import SemsearchError
from semsearch.query import MAX_OFFSET
from semsearch.records import Kind
from semsearch.results import Hit
from web.form import Form
from web.services import services


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The documents around one in a list. `number` counts from 1; 0 when the document is not where it was.

    `back` is the address of the page of the list, and `previous` and `next` those of documents, or "".
    """

    back: str
    number: int = 0
    previous: str = ""
    next: str = ""


def reading_address(
    form: Form, doc: str, *, endpoint: str = "pages.document", **where: int | str | None
) -> str:
    """The address of a document that is listed, with the parameters of the search or of the filters alone.

    `where` may have the number of a `passage`, the `page` of a PDF, the place of the document in the list
    from 0 on (`at`), the `offset` of the page of the list on which the reader was, and the address of another
    page that leads `back`.
    """
    more = urlencode({name: value for name, value in where.items() if value is not None})
    query = "&".join(filter(None, (urlsplit(form.link()).query, more)))
    leads_to_passage = endpoint == "pages.document" and where.get("page") is None
    anchor = f"#p{where['passage']}" if leads_to_passage and where.get("passage") is not None else ""
    return f"{url_for(endpoint, doc=doc)}{'?' * bool(query)}{query}{anchor}"


def neighbours(form: Form, doc: str) -> Neighbours | None:
    """The documents around `doc` in the list of the request; None if it was not reached by one."""
    at, offset = request.args.get("at", -1, type=int), request.args.get("offset", 0, type=int)
    if not form.has_query and at < 0:
        return None
    back = f"{form.link(max(0, offset))}#hit-{doc}"
    if not 0 <= at < MAX_OFFSET:
        return Neighbours(back)
    first = max(0, at - 1)
    try:
        hits = _listed(form, first)
    except SemsearchError:  # the page is useful without its neighbours
        return Neighbours(back)
    here = next((n for n, hit in enumerate(hits) if hit.doc == doc), None)
    if here is None:  # the library has changed since
        return Neighbours(back)
    around = {n: _address(form, hit, first + n, offset) for n, hit in enumerate(hits)}
    return Neighbours(back, first + here + 1, around.get(here - 1, ""), around.get(here + 1, ""))


def _listed(form: Form, first: int) -> Sequence[Hit]:
    """Three hits from number `first` on: of a search, or of the documents that pass the filters."""
    query = replace(form.query, limit=3, offset=first)
    if not form.has_query:
        return services().library.browse(query).hits
    look = services().pictures.get(form["picture"]).look if form["picture"] else None
    return services().library.search(replace(query, look=look)).hits


def _address(form: Form, hit: Hit, at: int, offset: int) -> str:
    # A picture is in sight as a whole.
    is_found = form.has_query and hit.kind is Kind.TEXT and hit.passages
    passage = hit.passages[0].n if is_found else None
    return reading_address(form, hit.doc, passage=passage, offset=offset or None, at=at)

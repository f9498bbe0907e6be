"""The page of what does not fit, and its JSON."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request

from semsearch.api.odd import FAR, FROM, MISFILED, MOST, WHAT, of_odd
from semsearch.message import say
from web.exploring import explorer
from web.findings import Listing
from web.library_page import command
from web.paging import Page

odd = Blueprint("odd", __name__)

_PAGE = 30


@odd.get("/odd")
def show() -> str:
    """A page of documents. Before anybody has looked for them, it says how that is done."""
    view = explorer().odd
    found, what = view.all(), WHAT.read(request.args)
    misfiled, far = ((), ()) if found is None else (found.misfiled, found.far)
    lists = (
        Listing(say("Misfiled?"), misfiled, what == MISFILED, "odd.show", {}),
        Listing(say("Far from everything"), far, what == FAR, "odd.show", {"what": FAR}),
    )
    listing = lists[what == FAR]
    page = Page(FROM.read(request.args), _PAGE, len(listing.entries))
    return render_template(
        "odd.html",
        found=found,
        lists=lists,
        listing=listing,
        page=page,
        pages_of=say("Pages of documents"),
        again=command("odd", "--again"),
        what=what,
        shown=view.shown(page.of(listing.entries)),
    )


@odd.get("/api/odd")
def as_json() -> Response:
    view = explorer().odd
    found = view.known()
    listed = found.far if WHAT.read(request.args) == FAR else found.misfiled
    page = Page(FROM.read(request.args), MOST.read(request.args), len(listed))
    return jsonify(of_odd(found.made, len(listed), view.shown(page.of(listed))))

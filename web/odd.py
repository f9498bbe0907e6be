"""The page of what does not fit, and its JSON."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, jsonify, render_template, request

from semsearch.api.copies import FROM, MOST
from semsearch.api.odd import FAR, WHAT, of_odd
from semsearch.explore.keeping import missing
from semsearch.explore.odd_found import Far, Misfiled, OddOnes
from web.exploring import explorer
from web.library_page import command

odd = Blueprint("odd", __name__)

_PAGE = 30


@odd.get("/odd")
def show() -> str:
    """A page of documents. Before anybody has looked for them, it says how that is done."""
    view = explorer().odd
    found = view.all()
    what, offset = WHAT.read(request.args), FROM.read(request.args)
    listed = () if found is None else _listed(found, what)
    following = offset + _PAGE
    return render_template(
        "odd.html",
        found=found,
        again=command("odd", "--again"),
        what=what,
        total=len(listed),
        offset=offset,
        shown=view.shown(listed[offset:following]),
        previous_offset=max(0, offset - _PAGE) if offset else None,
        next_offset=following if following < len(listed) else None,
    )


@odd.get("/api/odd")
def as_json() -> Response:
    view = explorer().odd
    found = view.all()
    what, offset, limit = WHAT.read(request.args), FROM.read(request.args), MOST.read(request.args)
    if found is None:
        raise missing("odd")
    listed = _listed(found, what)
    return jsonify(of_odd(found.made, len(listed), view.shown(listed[offset : offset + limit])))


def _listed(found: OddOnes, what: str) -> Sequence[Misfiled | Far]:
    return found.far if what == FAR else found.misfiled

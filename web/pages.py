"""The pages."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from semsearch import parameters
from semsearch.errors import QueryError
from semsearch.search import MAX_OFFSET
from semsearch.types import Kind, Query, State
from web.form import Form
from web.media import is_inline
from web.parts import parts

pages = Blueprint("pages", __name__)

_LIST_PAGE = 10
_GALLERY_PAGE = 30
_BESIDE_A_DOCUMENT = 6
_PROBLEMS_SHOWN = 200


@pages.get("/")
def search() -> str:
    form = Form.read(request.args)
    if not form.asks:
        return render_template("home.html", status=parts().library.status())
    like = parameters.read_doc(form.values, "like")
    image = parts().pictures.get(form["picture"]).content if form["picture"] else None
    limit = _GALLERY_PAGE if image is not None or form["kind"] == Kind.IMAGE else _LIST_PAGE
    offset = parameters.read_offset(request.args)
    query = parameters.read_query(form.values, image=image, like=like, limit=limit)
    results = parts().library.search(replace(query, offset=offset, facets=True))
    following = offset + limit
    return render_template(
        "results.html",
        results=results,
        gallery=bool(results.hits) and all(hit.kind is Kind.IMAGE for hit in results.hits),
        like=parts().library.record(like) if like else None,
        status=None if results.hits else parts().library.status(),
        offset=offset,
        previous_offset=max(0, offset - limit) if offset else None,
        next_offset=following
        if len(results.hits) == limit and following < results.total and following <= MAX_OFFSET
        else None,
    )


@pages.post("/search/picture")
def search_picture() -> BaseResponse:
    upload = request.files.get("image")
    content = upload.read() if upload else b""
    if not content:
        raise QueryError("No picture was sent: choose one, or drop one on the page.")
    key = parts().pictures.keep(content)
    return redirect(Form.read(request.form).changed(q="", picture=key, like="").link(), 303)


@pages.get("/doc/<doc:doc>")
def document(doc: str) -> str:
    library = parts().library
    view = library.document(doc)
    return render_template(
        "document.html",
        view=view,
        record=view.record,
        inline=is_inline(view.record.media_type),
        similar=_beside(doc) if view.record.state is State.INDEXED else (),
    )


@pages.get("/status")
def status() -> str:
    state = parts().library.status()
    return render_template(
        "status.html", status=state, problems=state.problems[:_PROBLEMS_SHOWN], states=list(State)
    )


def _beside(doc: str) -> tuple[object, ...]:
    try:
        return parts().library.search(Query(like=doc, limit=_BESIDE_A_DOCUMENT)).hits
    except QueryError:  # an empty document has nothing to compare; its page is worth showing all the same
        return ()

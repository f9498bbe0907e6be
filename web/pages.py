"""The pages."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from semsearch.api import parameters
from semsearch.errors import FileError, ModelError, NotFoundError, QueryError
from semsearch.language import query_syntax
from semsearch.query import MAX_OFFSET, Query
from semsearch.records import Box, DocumentRecord, Kind, Passage, State
from semsearch.text import readable
from web.document_text import Answer, read
from web.form import Form
from web.media import is_inline, is_plain, part_of
from web.services import services

pages = Blueprint("pages", __name__)

_LIST_PAGE = 10
_GALLERY_PAGE = 30
_BESIDE_A_DOCUMENT = 6
_PROBLEMS_SHOWN = 200


@pages.get("/")
def search() -> str:
    form = Form.read(request.args)
    if not form.asks:
        return render_template("home.html", status=services().library.status())
    like = parameters.LIKE.read(form.values)
    image = services().pictures.get(form["picture"]).content if form["picture"] else None
    limit = _GALLERY_PAGE if image is not None or form["kind"] == Kind.IMAGE else _LIST_PAGE
    offset = parameters.OFFSET.read(request.args)
    query = parameters.read_query(form.values, image=image, like=like)
    results = services().library.search(replace(query, limit=limit, offset=offset, facets=True))
    following = offset + limit
    return render_template(
        "results.html",
        results=results,
        gallery=bool(results.hits) and all(hit.kind is Kind.IMAGE for hit in results.hits),
        like=services().library.record(like) if like else None,
        status=None if results.hits else services().library.status(),
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
    key = services().pictures.keep(content)
    return redirect(Form.read(request.form).changed(q="", picture=key, like="").link(), 303)


@pages.get("/doc/<doc:doc>")
def document(doc: str) -> str:
    """With what answers `q`: words, a sentence in the passage of that number, a part of a picture."""
    library = services().library
    question, n = parameters.Q.read(request.args), request.args.get("passage", type=int)
    view = library.document(doc)
    passage = next((each for each in view.passages if each.n == n), None)
    answer = _answer_in(doc, passage.n, question) if question and passage else None
    return render_template(
        "document.html",
        view=view,
        record=view.record,
        stretches=read(view.passages, query_syntax.read(question).marked, answer),
        place=_place(view.record, passage, answer) if passage else None,
        inline=is_inline(view.record.media_type),
        part=_part_in(view.record, question) if question else None,
        similar=_beside(doc) if view.record.state is State.INDEXED else (),
    )


@pages.get("/status")
def status() -> str:
    state = services().library.status()
    return render_template(
        "status.html", status=state, problems=state.problems[:_PROBLEMS_SHOWN], states=list(State)
    )


def _answer_in(doc: str, n: int, question: str) -> Answer | None:
    try:
        place = services().library.excerpt(doc, n, question).place
    except (NotFoundError, ModelError):  # the text is worth reading all the same
        return None
    return Answer(n, place) if place else None


def _part_in(record: DocumentRecord, question: str) -> Box | None:
    if record.kind is not Kind.IMAGE or record.state is not State.INDEXED:
        return None
    try:
        return part_of(record, question)
    except (NotFoundError, FileError, ModelError):  # the picture is worth seeing all the same
        return None


def _place(record: DocumentRecord, passage: Passage, answer: Answer | None) -> str | None:
    """Where in its original a passage is, as browsers take it: a page of a PDF, words of a plain text."""
    if record.media_type == "application/pdf" and passage.page:
        return f"page={passage.page}"
    if answer is not None and is_plain(record.media_type):
        sentence = readable(passage.content[slice(*answer.place)])
        return f":~:text={quote(sentence, safe='').replace('-', '%2D')}"
    return None


def _beside(doc: str) -> tuple[object, ...]:
    try:
        return services().library.search(Query(like=doc, limit=_BESIDE_A_DOCUMENT)).hits
    except QueryError:  # an empty document has nothing to compare; its page is worth showing all the same
        return ()

"""What a person likes: the buttons beside hits and documents, and the page of what else there is."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from semsearch.api.for_you import of_interests, of_marks
from semsearch.api.said import read_marks
from semsearch.errors import QueryError
from semsearch.explore.likes import LESS, LIKE
from semsearch.message import say
from semsearch.records import DocumentRecord
from semsearch.results import Hit
from semsearch.search.page import hit_of
from semsearch.search.rank import Ranked
from web.access.caller import caller
from web.access.next_page import next_page
from web.api import json_body
from web.exploring import explorer
from web.services import services

likes = Blueprint("likes", __name__)

# By the name of the button, whose value is the document.
_MARKS = {"like": LIKE, "less": LESS, "unmark": 0}


@likes.get("/for-you")
def for_you() -> str:
    found = explorer().for_you.interests()
    liked = sum(value == LIKE for value in explorer().likes.marked().values())
    return render_template("for_you.html", interests=found, liked=liked, shown=explorer().likes.shown())


@likes.post("/likes")
def mark() -> BaseResponse:
    """Mark a document, or take its mark away, and go back to the page with the button."""
    marks = [(doc, value) for name, value in _MARKS.items() for doc in request.form.getlist(name)]
    if not marks:
        raise QueryError(say("There is no document to mark."))
    for doc, value in marks:
        explorer().likes.mark([doc], value)
    came_from = urlsplit(request.referrer or "")
    back = f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path
    return redirect(next_page(back), 303)


@likes.post("/for-you")
def change() -> BaseResponse:
    """Propose others than those that are shown, all once more, or forget all marks."""
    action = request.form.get("do", "")
    if action == "others":
        found = explorer().for_you.interests()
        explorer().likes.see({each.record.sha256 for one in found for each in one.proposed})
    elif action == "again":
        explorer().likes.show_again()
    elif action == "forget":
        explorer().likes.forget()
    else:
        raise QueryError(say("{action!r} cannot be done with proposals.", action=action))
    return redirect(url_for("likes.for_you"), 303)


@likes.get("/api/for-you")
def in_json() -> Response:
    return jsonify(of_interests(explorer().for_you.interests()))


@likes.get("/api/likes")
def marked() -> Response:
    return jsonify(of_marks(explorer().likes.marked()))


@likes.post("/api/likes")
def post_marks() -> Response:
    docs, value = read_marks(json_body())
    explorer().likes.mark(docs, value)
    return jsonify(of_marks(explorer().likes.marked()))


@likes.app_context_processor
def _on_every_page() -> dict[str, Any]:
    return {"mark_of": mark_of, "can_mark": can_mark, "hit_of_record": hit_of_record}


def can_mark() -> bool:
    """Whether the caller may mark documents."""
    return services().explorer is not None and caller().folders is None


def mark_of(doc: str) -> int:
    """The mark of a document, 0 without one. All are read once in a request."""
    if "marked" not in g:
        g.marked = explorer().likes.marked()
    return int(g.marked.get(doc, 0))


def hit_of_record(record: DocumentRecord) -> Hit:
    """A document as a hit that nothing has found."""
    return hit_of(Ranked(record.doc, record.kind, record.kind, spreads=0.0), record, (), (), None)

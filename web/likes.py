"""What a person likes: the buttons beside hits and documents, and the page of what else there is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from semsearch.api.for_you import of_interests, of_marks
from semsearch.api.said import read_marks
from semsearch.errors import QueryError
from semsearch.explore.likes import LESS, LIKE
from semsearch.message import say
from web.access.caller import check_may_change
from web.access.next_page import next_page
from web.api import json_body
from web.exploring import explorer, may_keep

likes = Blueprint("likes", __name__)

# By the name of the button, whose value is the document.
_MARKS = {"like": LIKE, "less": LESS, "unmark": 0}


@likes.get("/for-you")
def for_you() -> str:
    found = explorer().for_you.interests()
    kept = explorer().likes
    hits = explorer().hits([each.record.doc for interest in found for each in interest.proposed])
    return render_template(
        "for_you.html", interests=found, hits=hits, liked=kept.has_liked(), shown=kept.has_passed_over()
    )


@likes.post("/likes")
def mark() -> BaseResponse:
    """Mark a document, or take its mark away, and go back to the page with the button."""
    check_may_change()
    marks = [(doc, value) for name, value in _MARKS.items() for doc in request.form.getlist(name)]
    if not marks:
        raise QueryError(say("There is no document to mark."))
    for doc, value in marks:
        explorer().likes.mark([doc], value)
    came_from = urlsplit(request.referrer or "")
    back = f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path
    return redirect(next_page(request.form.get("next") or back), 303)


@likes.post("/for-you")
def change() -> BaseResponse:
    """Propose others than those that the page has shown, all once more, or forget all marks."""
    check_may_change()
    action = request.form.get("do", "")
    if action == "others":
        explorer().likes.see(list(dict.fromkeys(request.form.getlist("doc"))))
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
    check_may_change()
    docs, value = read_marks(json_body())
    explorer().likes.mark(docs, value)
    return jsonify(of_marks(explorer().likes.marked()))


@likes.app_context_processor
def _on_every_page() -> dict[str, Any]:
    return {
        "mark_of": mark_of,
        "know_marks": know_marks,
        "can_mark": may_keep,
    }


def mark_of(doc: str) -> int:
    """The mark of a document, 0 without one."""
    know_marks([doc])
    return int(g.marks.get(doc, 0))


def know_marks(docs: Iterable[str]) -> str:
    """Read the marks of documents that a page is about to show, all at once. Returns an empty text."""
    known = g.setdefault("marks", {})
    if may_keep() and (missing := [doc for doc in dict.fromkeys(docs) if doc not in known]):
        known |= dict.fromkeys(missing, 0) | explorer().likes.marks_of(missing)
    return ""

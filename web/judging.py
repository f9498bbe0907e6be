""" "This is it": people say which document answers a query, on its page, in its preview and over the API."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from semsearch.api.judged import SHA256, of_judged, read_pair, read_posted
from semsearch.api.parameters import Q
from semsearch.errors import NotFoundError, QueryError
from semsearch.explore.judging import Judging
from semsearch.message import say
from semsearch.records import DocumentRecord, State
from web.access.caller import check_may_change
from web.access.next_page import next_page
from web.api import json_body
from web.exploring import explorer, may_keep
from web.form import Form

judging = Blueprint("judging", __name__)


@judging.post("/judged")
def judge() -> BaseResponse:
    """Say that a document answers a query, or say it no more."""
    check_may_change()
    pairs, action = _pairs(), request.form.get("do", "keep")
    query, doc = read_pair(request.form.to_dict())
    if action == "keep":
        pairs.keep(query, doc)
    elif action == "drop":
        pairs.drop(query, doc)
    else:
        raise QueryError(say("{action!r} cannot be done with a judged pair.", action=action))
    return redirect(next_page(request.form.get("next", "")), 303)


@judging.get("/api/judged")
def in_json() -> Response:
    return jsonify(of_judged(_pairs().all()))


@judging.post("/api/judged")
def posted() -> Response:
    check_may_change()
    return jsonify(of_judged([_pairs().keep(*read_posted(json_body()))]))


@judging.delete("/api/judged")
def removed() -> Response:
    check_may_change()
    given, pairs = request.args.to_dict(), _pairs()
    sha256 = SHA256.read(given)
    was_said = pairs.drop_content(Q.read(given), sha256) if sha256 else pairs.drop(*read_pair(given))
    if not was_said:
        raise NotFoundError(say("There is no such judged pair."))
    return jsonify(of_judged([]))


@judging.app_context_processor
def _on_every_page() -> dict[str, Any]:
    return {"is_judged": is_judged}


def is_judged(form: Form, record: DocumentRecord) -> bool | None:
    """Whether the document was said to answer the search; None where the caller cannot say it."""
    if not may_keep() or not form["q"] or record.state is not State.INDEXED or not record.sha256:
        return None
    return _pairs().has(form["q"], record)


def _pairs() -> Judging:
    return explorer().judging

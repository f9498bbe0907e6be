"""The JSON API, and the routes for operators: health, metrics, description."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.datastructures import FileStorage

from semsearch.api import operators, parameters, payloads, replies
from semsearch.api.batch import read_batch
from semsearch.api.odd_operators import remarks
from semsearch.api.openapi import DOCUMENT
from semsearch.api.operator_values import with_values
from semsearch.api.parameter import Given
from semsearch.api.suggestions import of_completion
from semsearch.errors import ForbiddenError, NotFoundError, QueryError
from semsearch.query import Query
from semsearch.results import Completion
from semsearch.search import limits
from web.errors import error_detail
from web.languages.choice import reader_of
from web.media import part_of
from web.query_pictures import is_empty
from web.services import services
from web.stream import KEEP_OPEN

Json = dict[str, Any]

api = Blueprint("api", __name__)


@api.get("/api/search")
def search() -> Response:
    return _answer(None)


@api.post("/api/search")
def search_with_picture() -> Response:
    upload = request.files.get("image")
    if upload is None and "image" in request.form:
        raise QueryError("image is a text field; it must be a file: send the form as multipart/form-data.")
    if upload is not None and is_empty(upload):
        raise QueryError("image is an empty file; it must be a picture.")
    return _answer(upload)


@api.post("/api/search/batch")
def batch() -> Response:
    return jsonify({"answers": [_answer_in_batch(given) for given in read_batch(json_body())]})


@api.get("/api/browse")
def browse() -> Response:
    given = request.args.to_dict(flat=False)
    listing = {each.name: given[each.name] for each in parameters.LISTING if each.name in given}
    results = services().library.browse(parameters.read_query(listing))
    return jsonify(payloads.of_results("", results, parameters.FIELDS.read(listing)))


@api.get("/api/suggest")
def suggest() -> Response:
    given = request.args.to_dict(flat=False)
    offered = with_values(parameters.Q.read(given))
    if offered is not None:
        return jsonify(of_completion(Completion(tuple(offered)), ()))
    text, filters = parameters.with_operators(given)
    completion = services().library.completion(text, parameters.read_filters(filters))
    return jsonify(of_completion(completion, operators.read(parameters.Q.read(given)).used))


@api.get("/api/items/<doc:doc>")
def item(doc: str) -> Response:
    return jsonify(payloads.of_document(services().library.document(doc)))


@api.get("/api/items/<doc:doc>/passages/<int:n>/sentence")
def sentence(doc: str, n: int) -> Response:
    text = parameters.read_words(request.args)
    if not text:
        raise QueryError("q is missing: say what the passage should answer.")
    return jsonify(payloads.of_excerpt(services().library.excerpt(doc, n, text)))


@api.get("/api/items/<doc:doc>/part")
def part(doc: str) -> Response:
    text = parameters.read_words(request.args)
    if not text:
        raise QueryError("q is missing: say what to look for in the picture.")
    return jsonify(payloads.of_part(part_of(services().library.record(doc), text)))


@api.get("/api/items/<doc:doc>/similar")
def similar(doc: str) -> Response:
    given = request.args.to_dict(flat=False)
    query = parameters.read_query({**given, parameters.Q.name: ()})
    return jsonify(_results(replace(query, likes=(doc, *query.likes)), given))


@api.get("/api/status")
def status() -> Response:
    return jsonify(payloads.of_status(services().library.status()))


@api.get("/api/events")
def events() -> Response:
    known = services()
    follower = known.events.follow(known.library, reader_of(request.args.get("language", "")))
    response = Response(iter([follower.next()]), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"  # nginx would keep the events back
    keep_open = request.environ.get(KEEP_OPEN)
    if keep_open is not None and request.method == "GET":
        keep_open(follower.next)
    return response


@api.get("/api/openapi.json")
def openapi() -> Response:
    return jsonify(DOCUMENT)


@api.get("/healthz")
def health() -> Response:
    services().library.ping()
    return jsonify(replies.of_health())


@api.get("/metrics")
def metrics() -> Response:
    figures = services().metrics
    return Response(figures.exposition(services().library), content_type=figures.content_type)


def _answer(upload: FileStorage | None) -> Response:
    given = request.values.to_dict(flat=False)
    query = parameters.read_query(given)
    if not parameters.Q.read(given) and not query.likes and upload is None:
        raise QueryError(
            "q is missing: say what to search for, name a document with like, or post a picture as the field "
            "image. /api/browse lists documents without a query."
        )
    if upload is not None:
        query = replace(query, look=services().pictures.look(upload.stream))
    return jsonify(_results(query, given))


def _answer_in_batch(given: Given) -> Json:
    """The answer to one search. An error of this search alone leaves the others as they are."""
    try:
        query = parameters.read_query(given)
        if not query.text and not query.likes:
            missing = "q is missing: say what to search for, or name a document with like."
            raise QueryError(next(iter(remarks(given)), missing))
        return {"results": _results(query, given), "error": None}
    except (QueryError, NotFoundError, ForbiddenError) as error:
        return {"results": None, "error": error_detail(error)}


def _results(query: Query, given: Given) -> Json:
    hit_fields, said = parameters.FIELDS.read(given), remarks(given)
    if said and limits.is_empty(query):
        raise QueryError(said[0], parameters.Q.name)
    results = services().library.search(query)
    results = replace(results, notes=(*said, *results.notes))
    return payloads.of_results(query.text, results, hit_fields)


def json_body() -> object:
    """The JSON of the request."""
    try:
        return json.loads(request.get_data())
    except (ValueError, RecursionError) as error:  # the latter for thousands of brackets
        raise QueryError(f"The body is not JSON: {error}.") from error

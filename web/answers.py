"""Answers in sentences: a page, a stream for the page of results, and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from flask import Blueprint, Response, current_app, jsonify, render_template, request, stream_with_context

from semsearch.api.answers import of_answer
from semsearch.api.parameters import read_query
from semsearch.ask.model_server import ModelServer
from semsearch.ask.question import answer, answering
from semsearch.errors import ModelError, QueryError, SettingsError
from semsearch.message import say
from semsearch.query import Query
from semsearch.results import Answer
from web.events import as_event
from web.form import Form
from web.languages.choice import reader
from web.services import services

answers = Blueprint("answers", __name__)


@answers.get("/answer")
def page() -> str:
    """The answer as a page, once it is whole."""
    question = _question()
    found = answer(question, services().library, _server().write)
    return render_template("answer.html", answer=found, form=_form())


@answers.get("/answer/stream")
def stream() -> Response:
    """The answer as it grows, for the page of results: as server-sent events.

    `answer` has the HTML of the sentences so far, with the sources, and `begun` the words of the next
    sentence. `failed` says why there is no more. `end` comes last.
    """
    growing = answering(_question(), services().library, _server().write)
    first = next(growing)  # an error until here is answered as everywhere
    response = Response(
        stream_with_context(_events(chain([first], growing))), content_type="text/event-stream"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"  # nginx would keep the events back
    return response


@answers.get("/api/answer")
def as_json() -> Response:
    question = _question()
    return jsonify(of_answer(question.text, answer(question, services().library, _server().write)))


def _question() -> Query:
    question = read_query(request.args.to_dict(flat=False))
    if not question.text:
        raise QueryError(say("q is missing: say what to answer."), "q")
    return question


def _form() -> Form:
    return Form.read(request.args.to_dict(flat=False))


def _server() -> ModelServer:
    try:
        return ModelServer.of(services().settings)
    except SettingsError as error:
        current_app.logger.info("%s", error)
        raise ModelError(
            say("No language model answers here: whoever runs this server can set SEMSEARCH_ASK_URL.")
        ) from error


def _events(growing: Iterator[Answer]) -> Iterator[bytes]:
    form, known, begun = _form(), None, ""
    try:
        for found in growing:
            if known is None or (found.sentences, found.is_whole) != (known.sentences, known.is_whole):
                yield as_event("answer", render_template("_answer.html", answer=found, form=form))
                known, begun = found, ""
            if found.begun != begun:
                begun = found.begun
                yield as_event("begun", begun)
    except ModelError as error:
        current_app.logger.warning("an answer broke off: %s", error)
        yield as_event("failed", reader().text(error.message))
    yield as_event("end", None)

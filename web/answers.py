"""Answers in sentences: a page, and JSON."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, render_template, request

from semsearch.api.answers import of_answer
from semsearch.api.parameters import read_query
from semsearch.ask.model_server import ModelServer
from semsearch.ask.question import answer
from semsearch.errors import ModelError, QueryError, SettingsError
from semsearch.message import say
from semsearch.query import Query
from semsearch.results import Answer
from web.form import Form
from web.services import services

answers = Blueprint("answers", __name__)


@answers.get("/answer")
def page() -> str:
    """The answer as a page, or with `part` as what the page of results shows above its list."""
    form = Form.read(request.args.to_dict(flat=False))
    found = _answer(_question())
    return render_template(
        "_answer.html" if "part" in request.args else "answer.html", answer=found, form=form
    )


@answers.get("/api/answer")
def as_json() -> Response:
    question = _question()
    return jsonify(of_answer(question.text, _answer(question)))


def _question() -> Query:
    question = read_query(request.args.to_dict(flat=False))
    if not question.text:
        raise QueryError(say("q is missing: say what to answer."), "q")
    return question


def _answer(question: Query) -> Answer:
    try:
        server = ModelServer.of(services().settings)
    except SettingsError as error:
        current_app.logger.info("%s", error)
        raise ModelError(
            say("No language model answers here: whoever runs this server can set SEMSEARCH_ASK_URL.")
        ) from error
    return answer(question, services().library, server.complete)

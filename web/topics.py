"""The page of topics, and the topics of a document."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, jsonify, render_template

from semsearch.api.topics import of_topics
from semsearch.explore.grouping import FEWEST
from web.access.caller import caller
from web.exploring import explorer
from web.services import services

topics = Blueprint("topics", __name__)


@topics.get("/topics")
def tree() -> str:
    return render_template("topics.html", tree=explorer().topics.tree(), fewest=FEWEST)


@topics.get("/api/topics")
def api_topics() -> Response:
    return jsonify(of_topics(explorer().topics.tree()))


def topics_of(doc: str) -> Sequence[str]:
    """The topics of a document, the larger one first; none for a caller who may not see all documents."""
    found = services().explorer
    return found.topics.of(doc) if found is not None and caller().folders is None else ()

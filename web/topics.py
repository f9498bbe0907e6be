"""The page of topics, and the topics of a document."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, jsonify, render_template

from semsearch.api.topics import of_topics
from semsearch.explore.grouping import FEWEST
from web.exploring import explorer, seen_explorer

topics = Blueprint("topics", __name__)


@topics.get("/topics")
def tree() -> str:
    return render_template("topics.html", tree=explorer().topics.tree(), fewest=FEWEST)


@topics.get("/api/topics")
def api_topics() -> Response:
    return jsonify(of_topics(explorer().topics.tree()))


def topics_of(doc: str) -> Sequence[str]:
    """The topics of a document, the larger one first; none for a caller who may not see all documents."""
    found = seen_explorer()
    return () if found is None else found.topics.of(doc)

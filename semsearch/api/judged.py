"""The JSON of judged pairs: their list, and what is posted to say that a document answers a query."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import Field

from semsearch.api.fields import Payload, Readable, Timestamp
from semsearch.api.parameter import Parameter
from semsearch.api.parameters import DOC, Q
from semsearch.api.values import Text
from semsearch.errors import QueryError
from semsearch.message import say
from semsearch.query import MAX_CHARACTERS

Json = dict[str, Any]

BODY: Json = {
    "type": "object",
    "properties": {
        "q": {"type": "string", "maxLength": MAX_CHARACTERS, "description": "The words of a query"},
        "doc": {**DOC.schema, "description": "Id of a document that answers it"},
    },
    "required": ["q", "doc"],
}

SHA256 = Parameter("sha256", Text(64), "SHA-256 of a content, in place of doc: a file may be gone or changed")


class JudgedPair(Payload):
    """A query, and a document that answers it."""

    q: Readable = Field(description="The words of the query")
    sha256: str = Field(description="SHA-256 of the content of the document")
    at: Timestamp = Field(description="When that was said")
    doc: str | None = Field(description="Id of a document with this content; null where it is gone")
    path: Readable | None = Field(description="Path of this document below its root; null where it is gone")


class JudgedPairs(Payload):
    """Judged pairs, the latest first: all; after a POST the one that was posted; after a DELETE none."""

    pairs: list[JudgedPair] = Field(description="The pairs")


def of_judged(judgements: Iterable[Any]) -> Json:
    """The JSON of judgements: each has a pair, and a record or None."""
    pairs = [
        JudgedPair(
            q=each.pair.query,
            sha256=each.pair.sha256,
            at=each.pair.at,
            doc=each.record and each.record.doc,
            path=each.record and each.record.path,
        )
        for each in judgements
    ]
    return JudgedPairs(pairs=pairs).json_value()


def read_posted(body: object) -> tuple[str, str]:
    """The query and the document of what was posted. Raises QueryError."""
    given = body if isinstance(body, dict) else {}
    query, doc = given.get("q"), given.get("doc")
    if not isinstance(query, str) or not isinstance(doc, str):
        raise QueryError(say("The body must be an object with two texts: q and doc."))
    return read_pair({"q": query, "doc": doc})


def read_pair(given: dict[str, Any]) -> tuple[str, str]:
    """The query and the document among parameters. Raises QueryError when one is missing or invalid."""
    query, doc = Q.read(given), DOC.read(given)
    if not query or not doc:
        name = "doc" if query else "q"
        raise QueryError(say("{name} is missing: a pair is a query and the id of a document.", name=name))
    return query, doc

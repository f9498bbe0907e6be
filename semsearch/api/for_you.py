"""The JSON of likes: what is marked, and what is proposed for each interest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field

from semsearch.api.fields import OnDisk, Payload, Readable, Score
from semsearch.errors import QueryError
from semsearch.records import Kind

Json = dict[str, Any]

_VALUES = {"like": 1, "less": -1, "none": 0}
BODY: Json = {
    "type": "object",
    "properties": {
        "docs": {"type": "array", "items": {"type": "string"}, "maxItems": 500},
        "mark": {"type": "string", "enum": list(_VALUES), "description": "none takes the marks away"},
    },
    "required": ["docs", "mark"],
}
_MOST = 500


class Liked(Payload):
    """A document by which others are proposed."""

    doc: str = Field(description="Id of the document")
    path: OnDisk = Field(description="Path of the file below its root")
    root: Readable = Field(description="The folder that was ingested")
    title: Readable = Field(description="Title of the document")


class Proposed(Liked):
    """A document that may be liked."""

    similarity: Score = Field(description="Similarity to the liked document that is nearest")
    because: str = Field(description="Id of that document")


class Interest(Payload):
    """Liked documents that belong together, and what is near to them."""

    kind: Kind = Field(description="Kind of its documents")
    likes: list[Liked] = Field(description="The liked documents, the most typical first")
    proposed: list[Proposed] = Field(description="Documents that are not marked yet, the best first")


class ForYou(Payload):
    """What is proposed by likes: a list for each interest, the largest interest first."""

    interests: list[Interest]


class Marks(Payload):
    """The marked documents."""

    likes: list[str] = Field(description="Ids of the documents that are liked, copies too")
    less: list[str] = Field(description="Ids of the documents of whose like less is wanted")


def of_interests(interests: Iterable[Any]) -> Json:
    """The JSON of interests."""
    return ForYou(
        interests=[
            Interest(
                kind=each.kind,
                likes=[_liked(record) for record in each.likes],
                proposed=[
                    Proposed(**_about(one.record), similarity=one.similarity, because=one.because.doc)
                    for one in each.proposed
                ],
            )
            for each in interests
        ]
    ).json_value()


def of_marks(marked: Mapping[str, int]) -> Json:
    """The JSON of marks."""
    likes, less = (sorted(doc for doc, mark in marked.items() if mark == value) for value in (1, -1))
    return Marks(likes=likes, less=less).json_value()


def read_marks(body: object) -> tuple[list[str], int]:
    """The documents and the value of what was posted. Raises QueryError."""
    given = body if isinstance(body, dict) else {}
    docs, mark = given.get("docs"), given.get("mark")
    if not isinstance(docs, list) or not all(isinstance(doc, str) for doc in docs) or len(docs) > _MOST:
        raise QueryError(f"docs must be a list of up to {_MOST} ids of documents.")
    if mark not in _VALUES:
        raise QueryError(f"mark must be one of {', '.join(_VALUES)}, not {mark!r}.")
    return docs, _VALUES[mark]


def _liked(record: Any) -> Liked:
    return Liked(**_about(record))


def _about(record: Any) -> Json:
    return {"doc": record.doc, "path": record.path, "root": record.root, "title": record.title}

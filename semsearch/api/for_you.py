"""The JSON of likes: what is marked, and what is proposed for each interest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field

from semsearch.api.fields import OnDisk, Payload, Readable, Score
from semsearch.api.said import VALUES
from semsearch.records import Kind

Json = dict[str, Any]


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

    interests: list[Interest] = Field(description="The interests; none until a document is liked")


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
    likes, less = (
        sorted(doc for doc, mark in marked.items() if mark == VALUES[name]) for name in ("like", "less")
    )
    return Marks(likes=likes, less=less).json_value()


def _liked(record: Any) -> Liked:
    return Liked(**_about(record))


def _about(record: Any) -> Json:
    return {"doc": record.doc, "path": record.path, "root": record.root, "title": record.title}

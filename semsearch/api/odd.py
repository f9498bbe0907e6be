"""The parameters and the JSON of what does not fit into a library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from semsearch.api.fields import Payload, Readable, Timestamp
from semsearch.api.listed import Placed, placed, returned, skipped
from semsearch.api.parameter import Parameter
from semsearch.api.values import Choice
from semsearch.message import Message
from semsearch.records import DocumentRecord

Json = dict[str, Any]

FAR, MISFILED = "far", "misfiled"
WHAT = Parameter(
    "what",
    Choice({MISFILED: MISFILED, FAR: FAR}),
    "What to list: misfiled documents, whose nearest ones lie elsewhere, or those far from everything",
)
FROM, MOST = skipped("documents"), returned("documents")
ODD_PARAMETERS = (WHAT, FROM, MOST)


@dataclass(frozen=True, slots=True)
class OddOne:
    """A document that does not fit, with the reason in words.

    `near` is a document that is near to it, and `folder` the other folder of a misfiled one, "" otherwise.
    """

    record: DocumentRecord
    reason: Message
    score: float
    near: DocumentRecord | None
    folder: str


class Odd(Placed):
    """A document that does not fit."""

    score: float = Field(
        description="How little it fits. Misfiled: how much better it fits into the other folder, up to 1. "
        "Far: how far it lies beyond the median, in spreads: 1.48 times the median deviation from it"
    )
    reason: Readable = Field(description="The reason in words")
    folder: Readable = Field(description="Folder into which it fits better, absolute; empty for a far one")
    near: str | None = Field(description="Id of a document that is near to it")


class OddOnes(Payload):
    """Documents that do not fit, the clearest first."""

    made: Timestamp = Field(description="When they were looked for")
    total: int = Field(description="Number of documents")
    documents: list[Odd] = Field(description="The documents of this page")


def of_odd(made: float, total: int, found: Sequence[OddOne]) -> Json:
    """The JSON of some documents that do not fit; `total` counts all of them."""
    shown = [_odd(each) for each in found]
    return OddOnes.model_validate({"made": made, "total": total, "documents": shown}).json_value()


def _odd(one: OddOne) -> Json:
    return {
        **placed(one.record),
        "score": round(one.score, 4),
        "reason": str(one.reason),
        "folder": one.folder,
        "near": one.near and one.near.doc,
    }

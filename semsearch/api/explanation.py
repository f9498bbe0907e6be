"""The JSON that says why a document is a hit."""

from __future__ import annotations

from pydantic import Field

from semsearch.api.fields import Payload, Readable, Score


class Explanation(Payload):
    """Why a document is a hit. A spread is the unit of ranking: docs/search.md describes it."""

    near: Score = Field(
        description="How far the similarity of its best piece is above the best that unrelated queries find, "
        "in spreads; null where only words found it, or for an example"
    )
    spreads: Score = Field(
        description="Its rank in spreads: the higher of near and what its words give, and at least that "
        "of the hit after it; null for an example"
    )
    threshold: float = Field(description="The spreads from which a hit is a clear match")
    coverage: Score = Field(
        description="Its share of the weight of the words of the query, 0 to 1; null where no word found it"
    )
    words: list[Readable] = Field(description="Words of the query that it has, in its text or its name")
    absent: list[Readable] = Field(description="Words of the query that it lacks")
    text: Readable = Field(description="The same in sentences")
    alternative: Readable | None = Field(
        description="The alternative of the query, as OR separates them, that finds it best and that all "
        "this is about; null if the query has no OR"
    )

"""Find the sentence of a passage that is nearest in meaning to a query."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from semsearch.models.loaded import Models
from semsearch.records import Span, Vector, Vectors
from semsearch.search.snippets import possible_answers

# The passages for which the vectors of the sentences are kept, because users return to a page of hits. Each
# takes about 15 kB.
_KEPT_PASSAGES = 512


class Answers:
    """Compares the sentences of passages with queries. Safe to share between threads."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._sentences = lru_cache(_KEPT_PASSAGES)(self._embed)

    def nearest(self, content: str, headings: frozenset[str], query: Sequence[Vector]) -> Span | None:
        """The span of the sentence nearest to one of these vectors; None in a passage without sentences.

        Headings are no answers: those that start with "#", and those in `headings`. Raises ModelError.
        """
        spans, vectors = self._sentences(content, headings)
        return spans[int(np.argmax((vectors @ np.stack(query, axis=1)).max(axis=1)))] if spans else None

    def _embed(self, content: str, headings: frozenset[str]) -> tuple[list[Span], Vectors]:
        spans = possible_answers(content, headings)
        return spans, self._models.text().embed([content[start:end] for start, end in spans])

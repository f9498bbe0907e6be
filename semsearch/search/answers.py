"""The sentence of a passage that answers a query in other words."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from semsearch.models.loaded import Models
from semsearch.records import Span, Vector, Vectors
from semsearch.search.snippets import candidates

# Passages whose sentences' vectors are kept: the same page is asked for again. Each takes some 15 kB.
_KEPT_PASSAGES = 512


class Answers:
    """Compares sentences with queries. Safe to share between threads."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._sentences = lru_cache(_KEPT_PASSAGES)(self._embed)

    def nearest(self, content: str, headings: frozenset[str], query: Vector) -> Span | None:
        """The span of the sentence nearest to a query's vector; None in a passage without sentences.

        Raises ModelError.
        """
        spans, vectors = self._sentences(content, headings)
        return spans[int(np.argmax(vectors @ query))] if spans else None

    def _embed(self, content: str, headings: frozenset[str]) -> tuple[list[Span], Vectors]:
        spans = candidates(content, headings)
        return spans, self._models.text().embed([content[start:end] for start, end in spans])

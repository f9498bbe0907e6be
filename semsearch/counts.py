"""Counts of documents, each kept for a moment: counting takes as long as searching."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

from semsearch.store import conditions, queries
from semsearch.store.connection import Client
from semsearch.store.indexes import DOC

# Totals on a page may lag behind a run of ingestion by this much; what a term weighs, by more.
_TOTALS_SECONDS = 2.0
_TERMS_SECONDS = 3600.0
_KEPT = 50_000

# BM25's: the most that one term can score is its inverse document frequency times this, and one.
_K1 = 1.2

# In a library so large, a term that so many documents have says little, and takes the longest to look up:
# without them, search finds as well (SciFact's nDCG@10, by semsearch eval).
_LARGE, _COMMON = 2000, 0.2


@dataclass(frozen=True, slots=True)
class Weighed:
    """Terms, and the most BM25 that they can give together."""

    terms: tuple[str, ...]
    most: float


class Counts:
    """How many documents there are, by filter. Safe to share between threads."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._kept: dict[str, tuple[float, int]] = {}

    def total(self, where: conditions.Where) -> int | None:
        """None when the server ran out of time."""
        return self._counts([where], _TOTALS_SECONDS)[0]

    def weigh(self, terms: Sequence[str]) -> Weighed:
        """The terms worth looking for, and the BM25 of a document that has them again and again."""
        everything, *having = self._counts(
            [conditions.everything(), *(conditions.containing([term]) for term in terms)], _TERMS_SECONDS
        )
        documents = everything or 0
        # A term too common to be counted in time is taken to be everywhere.
        known = {
            term: documents if df is None else min(df, documents)
            for term, df in zip(terms, having, strict=True)
        }
        kept = [term for term, df in known.items() if documents < _LARGE or df <= documents * _COMMON]
        kept = kept or sorted(known, key=known.__getitem__)[:1]
        weights = (math.log1p((documents - known[term] + 0.5) / (known[term] + 0.5)) for term in kept)
        return Weighed(tuple(kept), (_K1 + 1) * sum(weights))

    def _counts(self, wanted: Sequence[conditions.Where], seconds: float) -> list[int | None]:
        """Those not kept for less than `seconds` are counted, in one round trip."""
        now = time.monotonic()
        names = [str(where) for where in wanted]
        known = {
            name: self._kept[name][1]
            for name in names
            if name in self._kept and now - self._kept[name][0] < seconds
        }
        asked = {name: where for name, where in zip(names, wanted, strict=True) if name not in known}
        if asked:
            found = queries.ask(self._client, [queries.count(DOC, where) for where in asked.values()])
            fresh = {name: total for name, total in zip(asked, found, strict=True) if total is not None}
            if len(self._kept) > _KEPT:
                self._kept = {}
            self._kept.update({name: (now, total) for name, total in fresh.items()})
            known |= fresh
        return [known.get(name) for name in names]

"""Counts of documents, each kept for a moment: counting takes as long as searching.

Counting the documents that have a word takes the longer, the more there are: those of the commonest words
are counted when the library has changed, and kept in Redis.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from semsearch.records import Kind
from semsearch.store import filters, queries
from semsearch.store.schema import DOC
from semsearch.store.store import Store

# Totals on a page may lag behind a run of ingestion by this much; what a term weighs, by more.
_TOTALS_SECONDS = 2.0
_TERMS_SECONDS = 3600.0
_COMMON_SECONDS = 60.0
# While a library grows by this part, its terms need not be counted again.
_GROWN = 0.05
_KEPT = 50_000

# BM25's: the most that one term can score is its inverse document frequency times this, and one.
_K1 = 1.2

# In a library so large, a term that so many documents have says little, and takes the longest to look up:
# without them, search finds as well (SciFact's nDCG@10, by semsearch eval).
_LARGE, _COMMON = 2000, 0.2


# Terms that are in so many of some documents are common. Each takes milliseconds in a large library.
_SAMPLE, _OFTEN, _MOST = 400, 3, 1500
_AT_ONCE = 32
# Where the count of all documents is kept, among those of terms: no term is written like this.
_ALL = "*"


@dataclass(frozen=True, slots=True)
class Weighed:
    """Terms, as often as they count, and the most BM25 that they can give together."""

    terms: tuple[str, ...]
    most: float


def count_common(store: Store) -> None:
    """Count the documents that have the terms which are common in a sample, and keep the counts."""
    sample = store.sample(Kind.TEXT, _SAMPLE)
    having = Counter(
        term
        for lines in store.ledger.lines([record.doc for record in sample])
        for term in set(" ".join(lines).split())
    )
    terms = [term for term, often in having.most_common(_MOST) if often >= _OFTEN and term.isalnum()]
    wanted = {_ALL: filters.everything()} | {term: filters.containing([term]) for term in terms}
    counted: dict[str, int] = {}
    names = list(wanted)
    for start in range(0, len(names), _AT_ONCE):
        batch = names[start : start + _AT_ONCE]
        found = queries.ask(store.client, [queries.count(DOC, wanted[name]) for name in batch])
        counted |= {name: count for name, count in zip(batch, found, strict=True) if count is not None}
    store.keep_counts(counted)


class Counts:
    """How many documents there are, by filter. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[str, tuple[float, int]] = {}
        self._counted_among = 0
        self._common: tuple[float, Mapping[str, int]] = (-math.inf, {})

    def total(self, where: filters.Where) -> int | None:
        """None when the server ran out of time."""
        return self._counts([where], _TOTALS_SECONDS)[0]

    def weigh(self, terms: Sequence[str]) -> Weighed:
        """The terms worth looking for, and the BM25 of a document that has them again and again."""
        common = self._common_terms()
        distinct = tuple(dict.fromkeys(terms))
        rare = [term for term in distinct if term not in common]
        documents = self._documents()
        having = self._counts([filters.containing([term]) for term in rare], _TERMS_SECONDS)
        grown = documents / max(1, common.get(_ALL, documents))
        # A term too common to be counted in time is taken to be everywhere.
        counts = {term: documents if df is None else df for term, df in zip(rare, having, strict=True)}
        known = {
            term: min(documents, counts[term] if term in counts else round(common[term] * grown))
            for term in distinct
        }
        kept = [term for term in terms if documents < _LARGE or known[term] <= documents * _COMMON]
        kept = kept or sorted(known, key=known.__getitem__)[:1]
        weights = (math.log1p((documents - known[term] + 0.5) / (known[term] + 0.5)) for term in kept)
        return Weighed(tuple(kept), (_K1 + 1) * sum(weights))

    def _documents(self) -> int:
        """How many there are. What was counted among much fewer, or more, is forgotten."""
        everything = filters.everything()
        documents = self._counts([everything], _TOTALS_SECONDS)[0] or 0
        if abs(documents - self._counted_among) > documents * _GROWN:
            self._kept = {name: kept for name, kept in self._kept.items() if name == str(everything)}
            self._counted_among = documents
        return documents

    def _common_terms(self) -> Mapping[str, int]:
        now = time.monotonic()
        if now - self._common[0] >= _COMMON_SECONDS:
            self._common = (now, self._store.kept_counts())
        return self._common[1]

    def _counts(self, wanted: Sequence[filters.Where], seconds: float) -> list[int | None]:
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
            found = queries.ask(self._store.client, [queries.count(DOC, where) for where in asked.values()])
            fresh = {name: total for name, total in zip(asked, found, strict=True) if total is not None}
            if len(self._kept) > _KEPT:
                self._kept = {}
            self._kept.update({name: (now, total) for name, total in fresh.items()})
            known |= fresh
        return [known.get(name) for name in names]
